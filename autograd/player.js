'use strict';

const root = document.documentElement;
const find = (selector) => document.querySelector(selector);
const { steps, fields, words } = JSON.parse(find('#player-data').textContent);
const stage = find('.stage');
const picture = find('.stage > svg');
const slider = find('.slider');
const speed = find('.speed select');
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const WAITING = '…';
const NO_GRADIENT = '·';
const READABLE = 0.9; // pixels a unit of the picture: text of 14 units is 13 pixels high, and the worked example fits a slide
const PAUSE = 1600; // milliseconds a step is shown for at normal speed

let now = 0; // how many steps have been taken: 0 shows the graph before the first one
let timer = 0;
let zoom = 1; // 1 fits the stage

// --- what the picture says -------------------------------------------------------------------------------------------

// Inside the picture only: an id of the page could be the same as one of a node.
const part = (id) => picture.querySelector('#' + CSS.escape(id));

const computed = new Set(steps.filter((step) => step.phase === 'forward').map((step) => step.node));

// The lines of text that change, each with what it says in the end and the room there is for it.
const texts = new Map(Object.entries(fields).map(([id, field]) => {
  const group = part(id);
  const lines = [...group.querySelectorAll('text')];
  const room = (group.querySelector('polygon, path, ellipse')?.getBBox().width ?? Infinity) - 6;
  const line = (place) => place === null ? null : { element: lines[place], final: lines[place].textContent, room };
  return [id, { value: line(field.value), gradient: line(field.grad) }];
}));

function write(line, text) {
  line.element.textContent = text;
  // The box was made for the last number. One that is longer on the way is squeezed into it.
  for (const name of ['textLength', 'lengthAdjust']) line.element.removeAttribute(name);
  if (line.element.getComputedTextLength() > line.room) {
    line.element.setAttribute('textLength', line.room);
    line.element.setAttribute('lengthAdjust', 'spacingAndGlyphs');
  }
}

// "g = 0.66" before its step: "g = …"
const unknown = (text) => (text.match(/^.*(?:= |: )/)?.[0] ?? '') + WAITING;

// Everything is worked out from the first step on, so that going back cannot differ from having come.
function stateAt(count) {
  const state = { values: new Map(), gradients: new Map(), phases: new Map(), edges: new Map() };
  for (const step of steps.slice(0, count)) {
    for (const [id, text] of Object.entries(step.values)) state.values.set(id, text);
    for (const [id, text] of Object.entries(step.gradients)) state.gradients.set(id, text);
    state.phases.set(step.node, step.phase);
    for (const edge of step.edges) state.edges.set(edge, step.phase);
  }
  return state;
}

function mark(element, isWaiting, phase, isCurrent) {
  const [kind] = element.classList; // node or edge
  element.setAttribute('class', [kind, isWaiting && 'waiting', phase, isCurrent && 'current'].filter(Boolean).join(' '));
}

const nodesOfSteps = new Set(steps.map((step) => step.node));
const edgesOfSteps = new Set(steps.flatMap((step) => step.edges));
const edgesOfForward = new Set(steps.filter((step) => step.phase === 'forward').flatMap((step) => step.edges));

function showPicture(state, step) {
  for (const id of nodesOfSteps) {
    const phase = state.phases.get(id);
    mark(part(id), computed.has(id) && !phase, phase, id === step?.node);
  }
  for (const id of edgesOfSteps) {
    const phase = state.edges.get(id);
    mark(part(id), edgesOfForward.has(id) && !phase, phase, Boolean(step?.edges.includes(id)));
  }
  // After the marks, because the current node's text is bold, and that is wider.
  for (const [id, { value, gradient }] of texts) {
    if (value) write(value, state.values.get(id) ?? (computed.has(id) ? unknown(value.final) : value.final));
    if (gradient) write(gradient, state.gradients.get(id) ?? NO_GRADIENT);
  }
}

// --- what stands below it --------------------------------------------------------------------------------------------

// Scrolls a panel alone; scrollIntoView would scroll the page as well.
function bringIntoView(panel, element) {
  const outer = panel.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const moves = [[inner.left, inner.right, outer.left, outer.right], [inner.top, inner.bottom, outer.top, outer.bottom]]
    .map(([from, to, start, end]) => from >= start && to <= end ? 0 : (from + to - start - end) / 2);
  if (moves.some(Boolean)) panel.scrollBy({ left: moves[0], top: moves[1], behavior: calm.matches ? 'auto' : 'smooth' });
}

function showPanels(step) {
  find('.title').textContent = step ? step.title : words.start;
  find('.phase').textContent = !step ? '' : step.phase === 'forward' ? `${words.forward} →` : `← ${words.backward}`;
  for (const block of document.querySelectorAll('.formulas > div')) block.hidden = block.dataset.step !== String(now);
  for (const line of document.querySelectorAll('.line')) {
    const isCurrent = step && step.line !== null && line.dataset.line === String(step.line);
    if (isCurrent) line.setAttribute('aria-current', 'step');
    else line.removeAttribute('aria-current');
  }
  const line = find('.line[aria-current]');
  if (line) bringIntoView(find('.derivation'), line);
  else if (!step) find('.derivation').scrollTo(0, 0);
}

// Not `disabled`: a button that was just pressed would lose the focus, and keys with it.
const disable = (name, isDisabled) => find(`[data-go=${name}]`).setAttribute('aria-disabled', isDisabled);

function showControls() {
  slider.value = now;
  slider.setAttribute('aria-valuetext', `${now} / ${steps.length}`);
  find('.counter').textContent = `${now} / ${steps.length}`;
  for (const name of ['first', 'back']) disable(name, now === 0);
  for (const name of ['next', 'last']) disable(name, now === steps.length);
}

function go(count) {
  now = Math.min(Math.max(count, 0), steps.length);
  const step = steps[now - 1];
  root.dataset.step = now;
  root.dataset.phase = step ? step.phase : '';
  showPicture(stateAt(now), step);
  showPanels(step);
  showControls();
  if (step) bringIntoView(stage, part(step.node));
  else stage.scrollTo(0, 0);
}

// --- playing ---------------------------------------------------------------------------------------------------------

const wait = () => setTimeout(tick, PAUSE / Number(speed.value));

function tick() {
  go(now + 1);
  if (now === steps.length) pause();
  else timer = wait();
}

function nameButton() {
  const word = 'playing' in root.dataset ? words.pause : words.play;
  const button = find('[data-go=play]');
  button.setAttribute('aria-label', word);
  button.title = `${word} (␣)`;
}

function pause() {
  clearTimeout(timer);
  delete root.dataset.playing;
  nameButton();
}

function play() {
  if (now === steps.length) go(0);
  root.dataset.playing = '';
  nameButton();
  timer = wait();
}

// --- what a reader does ----------------------------------------------------------------------------------------------

function startOf(phase) {
  const place = steps.findIndex((step) => step.phase === phase);
  return place < 0 ? now : place + 1;
}

const targets = {
  first: () => 0,
  back: () => now - 1,
  next: () => now + 1,
  last: () => steps.length,
  forward: () => startOf('forward'),
  backward: () => startOf('backward'),
};

function act(name) {
  const isPlaying = 'playing' in root.dataset;
  pause();
  if (name in targets) go(targets[name]());
  else if (!isPlaying) play();
}

const KEYS = {
  ArrowLeft: 'back', ArrowRight: 'next', Home: 'first', End: 'last', ' ': 'play', f: 'forward', b: 'backward',
};

document.addEventListener('keydown', (event) => {
  const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!name || event.ctrlKey || event.altKey || event.metaKey) return;
  // A slider moves by arrows, a list opens and a button is pressed by the space bar: such keys have their meaning there.
  const isTaken = { INPUT: /^(Arrow|Home|End)/, BUTTON: /^ $/, SELECT: /^/ }[event.target.tagName];
  if (isTaken?.test(event.key)) return;
  event.preventDefault();
  act(name);
});

for (const button of document.querySelectorAll('[data-go]')) button.addEventListener('click', () => act(button.dataset.go));
slider.addEventListener('input', () => {
  pause();
  go(Number(slider.value));
});
speed.addEventListener('change', () => {
  if (!('playing' in root.dataset)) return;
  clearTimeout(timer);
  timer = wait();
});

// --- size and place of the picture -----------------------------------------------------------------------------------

const { width, height } = picture.viewBox.baseVal;

function resize() {
  const style = getComputedStyle(stage);
  const wide = stage.clientWidth - parseFloat(style.paddingLeft) * 2;
  const high = stage.clientHeight - parseFloat(style.paddingTop) * 2;
  const fit = Math.min(wide / width, high / height);
  // A graph that is larger than the stage is scrolled, not shrunk until nobody can read it.
  const scale = Math.max(fit, READABLE) * zoom;
  picture.setAttribute('width', width * scale);
  picture.setAttribute('height', height * scale);
}

const FACTORS = { in: 1.25, out: 0.8 };

function zoomTo(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const before = picture.getBoundingClientRect().width;
  const [left, top] = [stage.scrollLeft + x, stage.scrollTop + y];
  zoom = Math.min(Math.max(factor, 0.2), 8);
  resize();
  const ratio = picture.getBoundingClientRect().width / before;
  stage.scrollTo(left * ratio - x, top * ratio - y);
}

for (const button of document.querySelectorAll('[data-zoom]')) {
  button.addEventListener('click', () => {
    const factor = FACTORS[button.dataset.zoom];
    zoomTo(factor ? zoom * factor : 1);
  });
}

// With the control key, which is also what a trackpad says for two fingers moving apart. A plain wheel scrolls.
stage.addEventListener('wheel', (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  const corner = stage.getBoundingClientRect();
  zoomTo(zoom * Math.exp(-event.deltaY / 300), event.clientX - corner.left, event.clientY - corner.top);
}, { passive: false });

// Fingers scroll by themselves.
stage.addEventListener('pointerdown', (event) => {
  if (event.pointerType !== 'mouse' || event.button !== 0) return;
  stage.setPointerCapture(event.pointerId);
  stage.classList.add('dragged');
});
stage.addEventListener('pointermove', (event) => {
  if (stage.classList.contains('dragged')) stage.scrollBy(-event.movementX, -event.movementY);
});
for (const name of ['pointerup', 'pointercancel']) stage.addEventListener(name, () => stage.classList.remove('dragged'));

new ResizeObserver(resize).observe(stage);

root.dataset.steps = steps.length;
slider.max = steps.length;
for (const phase of ['forward', 'backward']) disable(phase, !steps.some((step) => step.phase === phase));
resize();
go(0);
