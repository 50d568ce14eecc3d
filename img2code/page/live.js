// Draws an object that is being edited where it is seen: in the figure, without turning it, and over
// its picture. When nothing has changed for a moment the event 'settle' asks for the files; a click on
// a part of the figure is sent as 'choose'. `element` is the gr.HTML with a line about the object;
// edit.py says what `props.told` holds. Runs after redraw.js.
const REST = 450; // milliseconds
const AGAIN = 5000; // milliseconds
let timer = null;
let last = null; // what was told last of the object on the page
const home = () => element.closest('.tabitem'); // another tab of the page may have an object, too
const find = (selector) => home()?.querySelector(selector);

const draw = (figure) => {
  const plot = find('.follows .js-plotly-plot');
  if (figure && plot?.layout && window.Plotly) redraw(plot, figure);
};
// The tab with the picture may be opened after the object was changed.
const overlay = () => {
  const shown = find('.on-picture');
  const stamp = `${last?.stamp} ${last?.settled}`;
  if (!last?.layers.length || !shown || shown.dataset.stamp === stamp) return;
  shown.dataset.stamp = stamp;
  const images = shown.querySelectorAll('.layers img + img');
  last.layers.forEach((source, k) => { if (images[k]) images[k].src = source; });
  shown.querySelector(':scope > p:not(.status)').innerHTML = last.said;
};
const steps = (enabled) => {
  for (const [name, on] of Object.entries(enabled)) {
    const button = find(`.edit button[data-do="${name}"]`);
    if (button) button.disabled = !on;
  }
};
// Asked again where no answer comes: an event is lost while one before it is still under way.
const settle = (times = 12) => {
  trigger('settle', {});
  if (times > 1) timer = setTimeout(settle, AGAIN, times - 1);
};
watch('told', () => {
  const told = props.told;
  if (told && last && told.stamp < last.stamp) return; // of a state before the one on the page
  clearTimeout(timer);
  last = told;
  element.dataset.stamp = last?.stamp ?? 0;
  element.dataset.settled = last?.settled ?? true;
  if (!last) return;
  draw(last.figure);
  overlay();
  steps(last.steps);
  document.dispatchEvent(new CustomEvent('img2code:shown'));
  if (!last.settled && !last.goes_on) timer = setTimeout(settle, REST);
});

// A click on a part of the object chooses it.
const choose = ({ points }) => {
  const part = points?.[0]?.data?.meta?.part;
  if (part === undefined) return;
  for (const tab of home().querySelectorAll('button[role=tab]')) {
    if (tab.textContent.trim() === 'Edit') tab.click();
  }
  trigger('choose', { do: 'choose', part });
};
const look = () => {
  overlay();
  const plot = find('.follows .js-plotly-plot');
  if (!plot?.on || plot.img2codeListens) return;
  plot.img2codeListens = true;
  plot.on('plotly_click', choose);
};
const follow = () => {
  if (!home()) {
    requestAnimationFrame(follow);
    return;
  }
  new MutationObserver(look).observe(home(), { childList: true, subtree: true });
  look();
};
follow();
