// What all sections of a page share while it is looked at: which lines are drawn, where the time cursor stands, and who
// wants to know. A new run starts with a clean state.

const kDrawnMost = 8;

export function make_state(model) {
  const listeners = new Map();
  const state = {
    drawn: new Set(model.interesting.slice(0, kDrawnMost).map((it) => it.name)),
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    emit(event, value) {
      for (const listener of listeners.get(event) ?? []) listener(value);
    },
    toggle(name) {
      if (!state.drawn.delete(name)) state.drawn.add(name);
      state.emit('drawn');
    },
  };
  return state;
}
