// The page's data, checked so far that no section need fear its shape: objects are objects, lists are lists.
// Anything worse becomes a sentence for the reader.

export const object = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
export const list = (value) => Array.isArray(value) ? value : [];
export const text = (value) => typeof value === 'string' ? value : '';
export const numbers = (value) => list(value).filter((item) => typeof item === 'number' && Number.isFinite(item));

const kSchema = 'heapreel.page/1';

// Throws an Error whose message is for the reader.
export function read_data(json) {
  let data;
  try {
    data = JSON.parse(json);
  } catch (error) {
    throw new Error(`The data inside this page is not whole (${error.message}). Make the page again.`);
  }
  if (!object(data)) throw new Error('This page holds no data. Make it again with heapreel report.');
  if (data.schema !== kSchema) {
    throw new Error(`This page's data has the schema "${text(data.schema)}", and its script reads ${kSchema}.`);
  }
  const runs = list(data.runs).filter((run) => object(run) && object(run.results));
  if (runs.length === 0) throw new Error('This page holds no results. Make it again with a results.json.');
  return {runs, trend: object(data.trend)};
}
