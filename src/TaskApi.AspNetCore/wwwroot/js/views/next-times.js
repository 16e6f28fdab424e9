// When a schedule occurs next.

import { element } from '../dom.js';
import { minuteOf } from '../format.js';
import { zoneName } from '../zone.js';

/** Its next occurrences, in its own zone and in that of the page. */
export function nextTimes({ nextAt, timeZone, paused }) {
  if (nextAt.length === 0) return element('p', { text: paused ? 'While it is paused, nothing comes next.' : 'It has ended.' });
  const isSame = timeZone === zoneName();
  const row = (zone) => element('tr', {}, element('th', { scope: 'row', text: zone }), ...nextAt.map((at) => element('td', { text: minuteOf(at, zone) })));
  return element('div.wide', { tabindex: '0', role: 'group', 'aria-label': 'Next' }, element('table', { 'aria-label': 'Next' }, element('tbody', {}, row(timeZone), ...(isSame ? [] : [row(zoneName())]))));
}
