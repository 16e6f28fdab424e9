// The server's time. What it has said was so, was so at the latest when it arrived: that bounds by how much the clocks differ.

// The server renews its Date header once a second, and cuts it to the second.
const DATE_LAG = 2500;

export class ServerClock {
  #least = -Infinity;
  #most = Infinity;

  /** Now, in milliseconds since 1970, by the server's clock. */
  now() {
    // Mostly it is the same machine: then nothing is to be corrected.
    const isSame = this.#least <= 0 && this.#most >= 0;
    return Date.now() + (isSame || this.#least === -Infinity ? 0 : this.#least);
  }

  /** @param {string|null} date a Date header that has arrived now @param {number} sent when it was asked for */
  learn(date, sent) {
    const server = Date.parse(date ?? '');
    if (Number.isNaN(server)) return;
    this.#narrow(server - Date.now(), server + DATE_LAG - sent);
  }

  /** @param {string|null} instant at which something happened on the server of which it has told now */
  witness(instant) {
    if (instant !== null) this.#narrow(Date.parse(instant) - Date.now(), Infinity);
  }

  #narrow(least, most) {
    [this.#least, this.#most] = [Math.max(least, this.#least), Math.min(most, this.#most)];
    // One of the clocks has been set: begin again.
    if (this.#least > this.#most) [this.#least, this.#most] = [least, most];
  }
}
