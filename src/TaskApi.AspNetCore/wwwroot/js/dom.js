// Elements out of data. Text is always text: nothing here reads HTML.

/**
 * Makes an element.
 * @param {string} name such as 'button.quiet'
 * @param {Object} [properties] attributes, 'text', and 'on…' listeners
 * @param {...(Node|string)} children
 */
export function element(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const made = document.createElement(tag);
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'text') made.textContent = value;
    else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** The element with this id, which the page must have. */
export function byId(id) {
  return document.getElementById(id) ?? fail(`The page has no element "${id}".`);
}

/** Sets a text only if it differs: a text that is set again is laid out again. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Says something to screen readers. */
export function announce(sentence) {
  byId('announcer').textContent = sentence;
}

function fail(message) {
  throw new Error(message);
}
