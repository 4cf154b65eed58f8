// Checks that tell what they found, and go on; the count of failures is the exit status' business.
let failures = 0;
export const failed = () => failures;

export function check(what, holds, found = '') {
  if (holds) return;
  failures += 1;
  console.log(`FAILED: ${what}${found === '' ? '' : `: ${typeof found === 'string' ? found : JSON.stringify(found)}`}`);
}

export const same = (what, found, right) => check(what, JSON.stringify(found) === JSON.stringify(right), `found ${JSON.stringify(found)}, not ${JSON.stringify(right)}`);
export const none = (what, list) => check(what, list.length === 0, list.slice(0, 5).join('; '));
