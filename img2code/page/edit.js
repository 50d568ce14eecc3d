// The panel in which parts and numbers are changed: what is done in it is sent as the event 'edit',
// "Fit from here" as 'fit'. While a slider is dragged the next change is sent when the one before is
// shown. `element` is the gr.HTML around the panel that edit_panel.py writes.
const PATIENCE = 1500; // milliseconds for an answer, after which the next change is sent anyway
let waiting = null; // the newest change that has not been sent
let since = 0; // when the last one was sent; 0 where it was answered
let gesture = Math.floor(Math.random() * 1e9); // changes of one gesture are one step of the history

const send = (change) => {
  if (since && performance.now() - since < PATIENCE) {
    waiting = change;
    return;
  }
  since = performance.now();
  waiting = null;
  trigger('edit', change);
  setTimeout(next, PATIENCE + 50);
};
const next = () => {
  if (since && performance.now() - since < PATIENCE) return;
  if (waiting) send(waiting);
};
// live.js says when a change is shown.
document.addEventListener('img2code:shown', () => {
  since = 0;
  next();
});
watch('value', () => {
  // A panel that is written anew says what holds, also where a number was refused.
  for (const input of element.querySelectorAll('input:not([type=checkbox])')) input.value = input.defaultValue;
  since = 0;
  next();
});

const number = (input) => ({
  do: 'number',
  parameter: input.dataset.parameter,
  index: Number(input.dataset.index),
  value: input.type === 'checkbox' ? Number(input.checked) : Number(input.value),
  gesture,
});
// A slider and the field beside it show the same.
const mirror = (input) => {
  for (const other of input.parentElement.querySelectorAll('input')) {
    if (other === input) continue;
    other.value = input.type === 'range' ? String(Number(Number(input.value).toPrecision(5))) : input.value;
  }
};
element.addEventListener('input', ({ target }) => {
  if (!target.dataset.parameter || target.value === '') return;
  mirror(target);
  send(number(target));
});
element.addEventListener('change', ({ target }) => {
  if (target.matches('select')) {
    if (target.value) send({ do: target.dataset.do, template: target.value });
  } else {
    gesture += 1;
  }
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const { do: what, part } = button.dataset;
  if (what === 'fit') trigger('fit', {});
  else send(part === undefined ? { do: what } : { do: what, part: Number(part) });
});
