// Sends the words of a search as they are typed, as the event 'words'; puts what was found first and
// hides the rest. `element` is the gr.HTML with the line below the field; search.py writes what is in it.
const REST = 150; // milliseconds
const SELECTORS = { examples: '#examples .strip', cards: '#cards .cards' };
const line = () => element.querySelector('.searched');
const list = () => document.querySelector(SELECTORS[line()?.dataset.list]);
const number = (item) => Number((item.matches('[data-index]') ? item : item.querySelector('[data-index]'))?.dataset.index);

const apply = () => {
  const items = list();
  if (!items) return;
  const found = line().dataset.found ? line().dataset.found.split(',').map(Number) : null;
  const place = (item) => (found ? (found.indexOf(number(item)) + 1 || Infinity) : number(item));
  const now = [...items.children];
  const sorted = [...now].sort((a, b) => place(a) - place(b) || number(a) - number(b));
  if (sorted.some((item, k) => item !== now[k])) items.append(...sorted);
  for (const item of sorted) item.hidden = place(item) === Infinity;
};
watch('value', apply);

let timer = null;
const own = ({ target }) => target.closest?.(`#${line()?.dataset.list}-search`);
document.addEventListener('input', (event) => {
  if (!own(event)) return;
  if (event.target.value.trim() && !line().dataset.found) line().textContent = 'Searching …';
  clearTimeout(timer);
  timer = setTimeout(() => trigger('words', { text: event.target.value }), REST);
});
// What texts are compared with is loaded while the first one is thought of.
document.addEventListener('focusin', (event) => {
  if (own(event)) trigger('begin', {});
});
// The gallery is written anew while its entries are made.
new MutationObserver((changes) => {
  if (line()?.dataset.found && changes.some(({ target }) => target.id === 'cards' || target.closest?.('#cards'))) apply();
}).observe(document.body, { childList: true, subtree: true });
