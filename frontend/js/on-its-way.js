// What is typed or chosen while an answer of htmx is on its way is newer than the answer, and stays.

const left = new WeakMap(); // what every control held when a request left, by the request
let answered = null;

const TEXT = 'input[type="text"], input[type="email"], input[type="tel"], input:not([type]), textarea';

const controls = (scope) => [...scope.querySelectorAll("input, select, textarea")].filter((control) => control.name);

/** What the controls of a name hold now: the ticked boxes, the chosen radio, a text. */
function held() {
  const values = new Map();
  for (const control of controls(document)) {
    if (["radio", "checkbox"].includes(control.type) && !control.checked) continue;
    values.set(control.name, [...(values.get(control.name) || []), control.value]);
  }
  return values;
}

/** Whether somebody has changed a control of this region since the request left: the change asks again by itself. */
function changed(region, before) {
  const now = held();
  const words = (values, name) => JSON.stringify(values.get(name) || []);
  return controls(region).some(({ name }) => words(now, name) !== words(before, name));
}

/** Whether a box to write in stands there already, and the answer would only put another in its place. */
function written(region, fragment) {
  const names = new Set([...fragment.querySelectorAll(TEXT)].map((box) => box.name));
  return [...region.querySelectorAll(TEXT)].some((box) => names.has(box.name));
}

/** Keeps what is newer than the answers of htmx, on the whole page. */
export function onItsWay() {
  document.addEventListener("htmx:configRequest", (event) => left.set(event.detail, held()));
  document.addEventListener("htmx:beforeSwap", (event) => {
    answered = event.detail.requestConfig;
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const before = answered && left.get(answered);
    if (written(target, fragment) || (before && changed(target, before))) event.detail.shouldSwap = false;
  });
}
