// The picture with its boxes, laid over the picture input, and the categories that it may show. A
// click on a category or on another object, or a box that was drawn, is sent as the event 'select'.
// `element` is the gr.HTML around both; seen.py writes what is in it.
const LEAST = 0.03; // of the picture's sides: a smaller box was no box
const START = 6; // pixels that a pointer moves before it draws

const seen = () => element.querySelector('.seen');
const picture = () => document.querySelector('#picture img')?.src;

// Where the picture input shows its picture, without the buttons below it.
const place = () => {
  const box = seen();
  const input = document.querySelector('#picture');
  if (!box || !input || !box.offsetParent) return;
  const image = box.querySelector('img');
  const below = input.querySelector('.source-selection');
  const around = input.getBoundingClientRect();
  const origin = box.offsetParent.getBoundingClientRect();
  const height = (below?.getBoundingClientRect().top ?? around.bottom) - around.top - 2;
  const scale = Math.min((around.width - 2) / image.naturalWidth, height / image.naturalHeight);
  if (!Number.isFinite(scale)) return;
  const size = [image.naturalWidth * scale, image.naturalHeight * scale];
  box.style.width = `${size[0]}px`;
  box.style.height = `${size[1]}px`;
  box.style.left = `${around.left - origin.left + (around.width - size[0]) / 2}px`;
  box.style.top = `${around.top - origin.top + 1 + (height - size[1]) / 2}px`;
  box.style.visibility = 'visible'; // style.css hides it until it has its place
};

// Another picture in the input: what was seen is not of it. The server says so a little later.
let source;
const check = () => {
  source ??= picture(); // the input may show its picture later than this
  const box = seen();
  if (box) box.hidden = picture() !== source;
  place();
};
const renewed = () => {
  source = picture();
  drawn = null;
  seen()?.querySelector('img').addEventListener('load', check);
  check();
};

const send = (asked) => {
  element.querySelector('.looked').inert = true;
  trigger('select', asked);
  if (window.matchMedia('(max-width: 860px)').matches) {
    document.querySelector('#object')?.scrollIntoView({ behavior: 'smooth', block: 'start' });
  }
};

// A mouse draws at once, a finger only after the button was pressed: else it scrolls the page.
const drawing = () => element.querySelector('.draw')?.ariaPressed === 'true';
const draw = (on) => {
  const button = element.querySelector('.draw');
  if (button) button.ariaPressed = String(on);
  seen()?.classList.toggle('drawing', on);
};

let from = null; // where a pointer went down, in fractions of the picture
let drawn = null; // left, top, right, bottom
const at = (event) => {
  const around = seen().getBoundingClientRect();
  const clamp = (value) => Math.min(Math.max(value, 0), 1);
  return [
    clamp((event.clientX - around.left) / around.width),
    clamp((event.clientY - around.top) / around.height),
  ];
};
element.addEventListener('pointerdown', (event) => {
  drawn = null;
  if (!event.target.closest('.seen') || event.button) return;
  if (event.pointerType === 'touch' && !drawing()) return;
  from = { point: at(event), x: event.clientX, y: event.clientY };
});
window.addEventListener('pointermove', (event) => {
  if (!from || !seen()) return;
  if (!drawn && Math.hypot(event.clientX - from.x, event.clientY - from.y) < START) return;
  const [x, y] = from.point, [toX, toY] = at(event);
  drawn = [Math.min(x, toX), Math.min(y, toY), Math.max(x, toX), Math.max(y, toY)];
  const crop = seen().querySelector('.crop');
  crop.style.left = `${drawn[0] * 100}%`;
  crop.style.top = `${drawn[1] * 100}%`;
  crop.style.width = `${(drawn[2] - drawn[0]) * 100}%`;
  crop.style.height = `${(drawn[3] - drawn[1]) * 100}%`;
});
const end = (event) => {
  if (!from) return;
  from = null;
  if (!drawn || !seen()) return;
  const large = drawn[2] - drawn[0] >= LEAST && drawn[3] - drawn[1] >= LEAST;
  draw(false);
  if (event.type === 'pointerup' && large) {
    send({ box: drawn.map((edge) => edge.toFixed(4)).join(',') });
  } else {
    const crop = seen().querySelector('.crop');
    crop.style.cssText = crop.dataset.place;
  }
  setTimeout(() => { drawn = null; }); // after the click that a drag ends with
};
window.addEventListener('pointerup', end);
window.addEventListener('pointercancel', end);

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || drawn) return;
  if (button.matches('.draw')) draw(!drawing());
  else send({ ...button.dataset });
});

// This may run before the page has its picture input; all above the input may move it.
const follow = () => {
  const input = document.querySelector('#picture');
  if (!input) {
    requestAnimationFrame(follow);
    return;
  }
  const resized = new ResizeObserver(place);
  for (let part = input; part && part !== document.body; part = part.parentElement) resized.observe(part);
  new MutationObserver(check).observe(input, { childList: true, subtree: true, attributes: true });
  renewed();
};
watch('value', renewed);
follow();
