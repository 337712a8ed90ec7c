// What the reader of this page can do for notes. Each reader puts its own functions here; notes.js calls them.

export const spot = {
  /** Return where somebody is, or what they have selected, by the names of the form's fields. */
  here: () => ({}),
  /** Show a place; return whether that is done here. */
  show: () => false,
  /** Mark these places, in place of those that were marked before. */
  mark: () => {},
};

/** Say that something is on the page now in which places can be marked. */
export const tellShown = () => dispatchEvent(new Event("muhr-shown"));
