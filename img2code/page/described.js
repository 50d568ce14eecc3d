// The picture whose regions say what they show. A click on a point of it, or a box that is dragged, is
// sent as the event 'segment'; from the keyboard a region sends its own box. `element` is the gr.HTML
// around the picture; described.py writes what is in it.
const LEAST = 0.02; // of the picture's sides: a smaller box was no box
const START = 6; // pixels that a pointer moves before it draws
const find = (selector) => element.querySelector(selector);

const tell = (number) => {
  const line = find('.sentence');
  if (!line) return;
  let sentence = '';
  for (const part of element.querySelectorAll('[data-region]')) {
    const on = number !== undefined && part.dataset.region === number;
    part.classList.toggle('on', on);
    if (on && part.matches('li')) sentence = part.textContent;
  }
  const text = sentence || line.dataset.hint;
  if (line.textContent !== text) line.textContent = text;
};
const over = ({ target }) => tell(target.closest?.('[data-region]')?.dataset.region);
for (const kind of ['pointerover', 'focusin', 'click']) element.addEventListener(kind, over);
element.addEventListener('pointerleave', () => tell());
element.addEventListener('focusout', () => tell());

element.addEventListener('change', ({ target }) => {
  const shows = target.dataset.shows;
  if (shows) find('.described').classList.toggle(`no-${shows}`, !target.checked);
});

// A mouse draws at once, a finger only after the button was pressed: else it scrolls the page.
const drawing = () => find('.draw')?.ariaPressed === 'true';
const draw = (on) => {
  const button = find('.draw');
  if (button) button.ariaPressed = String(on);
  find('.stage')?.classList.toggle('drawing', on);
};

// What was clicked or dragged stays to be seen.
const mark = ([left, top, right, bottom]) => {
  const dragged = find('.dragged');
  const edges = { left, top, width: right - left, height: bottom - top };
  for (const [name, value] of Object.entries(edges)) dragged.style[name] = `${value * 100}%`;
  dragged.classList.toggle('point', left === right && top === bottom);
  dragged.hidden = false;
};

let from = null; // where a pointer went down
let box = null; // left, top, right, bottom in fractions of the picture
const at = (event) => {
  const around = find('.shown').getBoundingClientRect();
  const clamp = (value) => Math.min(Math.max(value, 0), 0.9999);
  return [
    clamp((event.clientX - around.left) / around.width),
    clamp((event.clientY - around.top) / around.height),
  ];
};
element.addEventListener('pointerdown', (event) => {
  box = null;
  if (!event.target.closest('.stage') || event.button) return;
  const scrolls = event.pointerType === 'touch' && !drawing();
  from = { point: at(event), x: event.clientX, y: event.clientY, scrolls };
});
window.addEventListener('pointermove', (event) => {
  if (!from || from.scrolls || !find('.stage')) return;
  if (!box && Math.hypot(event.clientX - from.x, event.clientY - from.y) < START) return;
  const [x, y] = from.point, [toX, toY] = at(event);
  box = [Math.min(x, toX), Math.min(y, toY), Math.max(x, toX), Math.max(y, toY)];
  mark(box);
});
const end = (event) => {
  if (!from || !find('.stage')) return;
  const { point } = from;
  from = null;
  if (event.type === 'pointercancel') {
    find('.dragged').hidden = true;
  } else if (!box) {
    mark([...point, ...point]);
    trigger('segment', { point });
  } else {
    draw(false);
    const large = box[2] - box[0] >= LEAST && box[3] - box[1] >= LEAST;
    if (large) trigger('segment', { box: box.map((edge) => edge.toFixed(4)).join(',') });
    else find('.dragged').hidden = true;
  }
  box = null;
};
window.addEventListener('pointerup', end);
window.addEventListener('pointercancel', end);

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.matches('.draw')) draw(!drawing());
  else if (button?.matches('.region') && event.detail === 0) {
    mark(button.dataset.box.split(',').map(Number));
    trigger('segment', { box: button.dataset.box });
  }
});
watch('value', () => {
  from = null;
  // Written anew with the same picture: what was cut out of it is still of it.
  document.dispatchEvent(new CustomEvent('img2code:stage'));
});
