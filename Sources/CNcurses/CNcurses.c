#include "CNcurses.h"

#include <stdlib.h>
#include <string.h>
#include <term.h>

int cncurses_load_description(const char *type) {
  int result = 0;
  return setupterm(type, 1, &result) == OK ? 1 : result;
}

const char *cncurses_capability(const char *name, int first, int second) {
  const char *text = tigetstr(name);
  if (text == NULL || text == (char *)-1) return NULL;
  return tiparm(text, first, second);
}

int cncurses_number(const char *name) { return tigetnum(name); }

bool cncurses_flag(const char *name) { return tigetflag(name) == 1; }

SCREEN *cncurses_open(const char *type, const char *description) {
  if (description == NULL) return newterm(type, stdout, stdin);
  const char *given = getenv("TERMINFO");
  char *previous = given == NULL ? NULL : strdup(given);
  setenv("TERMINFO", description, 1);
  SCREEN *screen = newterm(type, stdout, stdin);
  if (previous == NULL) {
    unsetenv("TERMINFO");
  } else {
    setenv("TERMINFO", previous, 1);
    free(previous);
  }
  return screen;
}

static char *attribute_text;
static size_t attribute_length, attribute_capacity;

static int collect(int byte) {
  if (attribute_length + 1 < attribute_capacity) attribute_text[attribute_length++] = (char)byte;
  return byte;
}

size_t cncurses_attribute_text(attr_t attributes, int pair, char *text, size_t capacity) {
  int none = 0;
  attribute_text = text;
  attribute_capacity = capacity;
  // ncurses remembers what it set last; from "nothing" it sends everything.
  attribute_length = 0;
  vid_puts(A_NORMAL, 0, &none, collect);
  attribute_length = 0;
  vid_puts(attributes, 0, &pair, collect);
  size_t length = attribute_length;
  // Nothing is left set in its memory, since nothing of this has been sent yet.
  attribute_length = 0;
  char unused[256];
  attribute_text = unused;
  attribute_capacity = sizeof unused;
  vid_puts(A_NORMAL, 0, &none, collect);
  return length;
}
