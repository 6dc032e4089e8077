// ncursesw for Swift: what its header offers as macros or variables, as functions; and the few things
// that have to be written in C (signals, capabilities with parameters).
#ifndef CNCURSES_H
#define CNCURSES_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#define NCURSES_WIDECHAR 1

#include <ncurses.h>
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

// Attributes

static inline attr_t cncurses_attribute_bold(void) { return A_BOLD; }
static inline attr_t cncurses_attribute_underline(void) { return A_UNDERLINE; }
static inline attr_t cncurses_attribute_reverse(void) { return A_REVERSE; }
static inline attr_t cncurses_attribute_dim(void) { return A_DIM; }

// The screen; ncurses keeps it in variables, which belong to the thread that owns the terminal.

static inline WINDOW *cncurses_stdscr(void) { return stdscr; }
static inline WINDOW *cncurses_curscr(void) { return curscr; }
static inline int cncurses_colors(void) { return COLORS; }
static inline int cncurses_color_pairs(void) { return COLOR_PAIRS; }

static inline int cncurses_key_function(int number) { return KEY_F(number); }

/// Puts text with attributes and a colour pair of any number into a cell.
static inline int cncurses_set_cell(cchar_t *cell, const wchar_t *text, attr_t attributes, int pair) {
  return setcchar(cell, text, attributes, 0, &pair);
}

// Characters

/// Reads the first character of some bytes in the locale's character set: how many bytes it has, 0 when
/// its rest is missing, -1 when there is none.
static inline int cncurses_character(const char *bytes, size_t count, wchar_t *character) {
  mbstate_t state = {0};
  size_t length = mbrtowc(character, bytes, count, &state);
  if (length == (size_t)-2) return 0;
  if (length == (size_t)-1) return -1;
  return length == 0 ? 1 : (int)length;
}

// Capabilities

/// Reads the description of a terminal type: 1 when it is there, 0 when it isn't (or too generic), -1
/// when there are no descriptions at all.
int cncurses_load_description(const char *type);

/// A string capability with up to two parameters, or NULL; valid until the next call.
const char *cncurses_capability(const char *name, int first, int second);

/// A numeric capability; negative when it is missing.
int cncurses_number(const char *name);

/// Whether the terminal has a capability that is a mere flag.
bool cncurses_flag(const char *name);

/// Opens the terminal on stdin and stdout. With `description` (what the variable TERMINFO may hold
/// instead of a folder) the terminal is driven by that one.
SCREEN *cncurses_open(const char *type, const char *description);

/// The loaded description without what scrolls parts of the screen, as text for `cncurses_open`; with
/// `direct_color` a colour is a number 0xRRGGBB. NULL when it can't be made. The caller frees it.
char *cncurses_description(const char *type, bool direct_color);

/// Writes what the terminal needs to change from no attributes to these ones, and returns its length.
size_t cncurses_attribute_text(attr_t attributes, int pair, char *text, size_t capacity);

// Leaving the terminal as it was found, also from a signal. One terminal at a time.

/// Remembers the settings of the terminal, and takes stderr aside, so that messages don't spoil the
/// screen; they are written when the terminal is given back. Call it before `cncurses_open`.
///
/// `wake` is the writing end of a pipe into which SIGWINCH, SIGTSTP and SIGCONT will write their number.
bool cncurses_guard_begin(int wake);

/// Takes over the signals from ncurses: those that end the process, from outside or by a crash, write
/// this text, which resets the terminal, before they do.
void cncurses_guard_arm(const char *reset);

/// Gives back the terminal's settings, the signals and stderr; what was written to stderr appears now.
void cncurses_guard_end(void);

/// Stops the processes of this job, as Ctrl-Z does; returns when it is continued.
void cncurses_stop_job(void);

#endif
