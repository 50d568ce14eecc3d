// What the page does by itself in the browser: pasted pictures, drop-downs, scrolling, tooltips.
// `element` is the gr.HTML of the page's head.

for (const hint of element.querySelectorAll('[data-title-for]')) {
  const put = () => document.getElementById(hint.dataset.titleFor)?.setAttribute('title', hint.textContent);
  put();
  setTimeout(put, 2000);
}

// Links of the head open a tab, also one that stands in the menu of those without room.
const open = (wanted) => [...document.querySelectorAll('#pages button')]
  .filter((tab) => tab.textContent.trim() === wanted)
  .forEach((tab) => tab.click());
element.addEventListener('click', (event) => {
  const wanted = event.target.closest('[data-tab]')?.dataset.tab;
  if (wanted) open(wanted);
});

// Ctrl+V anywhere puts a picture into the picture input, instead of one that is there.
const until = async (found, tries = 60) => {
  for (let k = 0; k < tries; k++) {
    const result = found();
    if (result) return result;
    await new Promise((done) => setTimeout(done, 50));
  }
  return null;
};
const fileInput = () => !document.querySelector('#picture img')
  && document.querySelector('#picture input[type=file]');
document.addEventListener('paste', async (event) => {
  const item = [...(event.clipboardData?.items ?? [])]
    .find(({ kind, type }) => kind === 'file' && type.startsWith('image/'));
  const file = item?.getAsFile();
  if (!file) return;
  event.preventDefault();
  event.stopPropagation();
  open('Reconstruct');
  document.querySelector('#picture button[aria-label="Remove Image"]')?.click();
  const input = await until(fileInput);
  if (!input) return;
  const files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}, true);

// Drop-downs: Enter takes the option that is written best, not the first that contains the text;
// Tab takes nothing and closes the list.
const plain = (text) => text.toLowerCase().replace(/[\s_-]+/g, '');
const best = (names, text) => {
  const wanted = plain(text);
  const singular = wanted.replace(/s$/, '');
  return names.find((name) => plain(name) === wanted)
    ?? names.find((name) => plain(name) === singular)
    ?? names.find((name) => plain(name).startsWith(wanted))
    ?? names.find((name) => plain(name).includes(wanted));
};
const press = (input, key) => input.dispatchEvent(
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
);
const options = () => [...document.querySelectorAll('ul[role=listbox] li[role=option]')];
const nameOf = (option) => option.getAttribute('aria-label') ?? option.textContent.trim();
const write = (input, text) => {
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
};
const moved = new WeakSet(); // drop-downs whose option was chosen by an arrow key after the last letter
document.addEventListener('input', ({ target, isTrusted }) => isTrusted && moved.delete(target), true);
document.addEventListener('keydown', async (event) => {
  const input = event.target;
  if (!event.isTrusted || !input.matches?.('input[role=combobox]')) return;
  if (event.key.startsWith('Arrow')) moved.add(input);
  if (event.key === 'Tab') {
    event.stopPropagation(); // Gradio would open the list at any key
    for (const list of document.querySelectorAll('ul[role=listbox]')) list.tabIndex = -1;
    press(input, 'Escape');
  }
  const text = input.value;
  if (event.key !== 'Enter' || !text.trim() || moved.has(input)) return;
  event.preventDefault();
  event.stopPropagation();
  write(input, ''); // the list shows all options then, also those that do not contain the text
  const name = await until(() => best(options().map(nameOf), text), 20);
  write(input, name ?? text);
  const option = name && await until(() => options().find((li) => nameOf(li) === name), 20);
  option?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }));
}, true);

// On a narrow screen the object is below: go there when it is being made, and back to an error.
const narrow = () => window.matchMedia('(max-width: 860px)').matches;
const bring = (selector) => document.querySelector(selector)
  ?.scrollIntoView({ behavior: 'smooth', block: 'start' });
document.addEventListener('click', (event) => {
  const there = document.querySelector('#picture img');
  if (event.target.closest('#generate') && there && narrow()) bring('#object');
});
until(() => document.querySelector('#status')).then((status) => {
  if (!status) return;
  new MutationObserver(() => {
    const alert = status.querySelector('[role=alert]');
    if (alert && narrow()) status.scrollIntoView({ behavior: 'smooth', block: 'center' });
  }).observe(status, { childList: true, subtree: true });
});
