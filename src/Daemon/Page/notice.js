import { send } from './api.js';
import { el, plain } from './dom.js';

/** A line that says what came of what was asked, and a way back where there is one. */
export class Notice {
  element = el('p', { class: 'notice', role: 'status', hidden: true });

  say(words, undo = null, bad = false) {
    this.element.hidden = false;
    this.element.classList.toggle('bad', bad);
    this.element.replaceChildren(plain(words), undo ? el('button', { type: 'button', class: 'plain', onclick: undo }, 'Undo') : '');
  }

  /** Does it and says what came of it; true where it was done. */
  async doing(words, act) {
    this.say(`${words} \u2026`);
    try {
      await act();
      return true;
    } catch (e) {
      this.say(e.message, null, true);
      return false;
    }
  }

  /** A change of the library: the version before it is the way back. */
  async change(words, before, act, done) {
    let made;
    if (!await this.doing(words, async () => { made = await act(); })) return;
    await done();
    this.say(made.library_version === before ? 'It was so already.' : `Done: version ${made.library_version} is active.`, made.library_version === before ? null : () => this.change('Going back', made.library_version, () => send('POST', `api/v1/libraries/${before}/activate`), done));
  }
}
