// A description of the terminal in which a colour is 0xRRGGBB.
//
// The descriptions of terminals rarely say that they can show any colour (COLORTERM does), and ncurses
// believes only the description. So the loaded one is written anew in terminfo's binary form (term(5),
// with 32-bit numbers), with other colour capabilities, and handed to ncurses as the variable TERMINFO,
// which may hold a whole description in hexadecimal digits.
#include "CNcurses.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

enum { CAPACITY = 32768, BOOLEANS = 44, NUMBERS = 39, STRINGS = 414 };

struct output {
  unsigned char bytes[CAPACITY];
  size_t length;
  bool overflow;
};

static void put_bytes(struct output *out, const void *bytes, size_t count) {
  if (out->length + count > CAPACITY) {
    out->overflow = true;
    return;
  }
  memcpy(out->bytes + out->length, bytes, count);
  out->length += count;
}

static void put_short(struct output *out, int value) {
  unsigned char bytes[2] = {value & 255, value >> 8 & 255};
  put_bytes(out, bytes, 2);
}

static void put_number(struct output *out, int32_t value) {
  uint32_t bits = (uint32_t)value;
  unsigned char bytes[4] = {bits & 255, bits >> 8 & 255, bits >> 16 & 255, bits >> 24 & 255};
  put_bytes(out, bytes, 4);
}

static void pad(struct output *out) {
  if (out->length % 2 != 0) put_bytes(out, "", 1);
}

// The first eight stay the terminal's own colours. Semicolons, since every terminal knows them.
#define RGB_TEXT(plain, rich)                                                                          \
  "\033[%?%p1%{8}%<%t" plain "%p1%d%e" rich ";2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"

static const char *string_value(int index) {
  const char *name = strnames[index];
  if (strcmp(name, "setaf") == 0) return RGB_TEXT("3", "38");
  if (strcmp(name, "setab") == 0) return RGB_TEXT("4", "48");
  if (strcmp(name, "initc") == 0 || strcmp(name, "initp") == 0 || strcmp(name, "oc") == 0) return NULL;
  const char *text = tigetstr(name);
  return text == (char *)-1 ? NULL : text;
}

static int number_value(int index) {
  if (strcmp(numnames[index], "colors") == 0) return 0x1000000;
  if (strcmp(numnames[index], "pairs") == 0) return 0x7FFF;
  int value = tigetnum(numnames[index]);
  return value < 0 ? -1 : value;
}

static void put_description(struct output *out, struct output *table, const char *type) {
  static int offsets[STRINGS];
  for (int i = 0; i < STRINGS; i++) {
    const char *text = string_value(i);
    offsets[i] = text == NULL ? -1 : (int)table->length;
    if (text != NULL) put_bytes(table, text, strlen(text) + 1);
  }
  put_short(out, 01036);  // the magic of 32-bit numbers
  put_short(out, (int)strlen(type) + 1);
  put_short(out, BOOLEANS);
  put_short(out, NUMBERS);
  put_short(out, STRINGS);
  put_short(out, (int)table->length);
  put_bytes(out, type, strlen(type) + 1);
  for (int i = 0; i < BOOLEANS; i++) {
    // Colours aren't redefined, so the palette of the user stays as it is.
    bool set = tigetflag(boolnames[i]) == 1 && strcmp(boolnames[i], "ccc") != 0;
    put_bytes(out, set ? "\1" : "\0", 1);
  }
  pad(out);
  for (int i = 0; i < NUMBERS; i++) put_number(out, number_value(i));
  for (int i = 0; i < STRINGS; i++) put_short(out, offsets[i]);
  put_bytes(out, table->bytes, table->length);
  // The extension: the flags RGB, and AX (default colours) when it is known.
  bool ax = tigetflag("AX") == 1;
  int count = ax ? 2 : 1;
  pad(out);
  put_short(out, count);
  put_short(out, 0);
  put_short(out, 0);
  put_short(out, count);
  put_short(out, ax ? 7 : 4);
  put_bytes(out, "\1\1", (size_t)count);
  pad(out);
  if (ax) put_short(out, 0);
  put_short(out, ax ? 3 : 0);
  if (ax) put_bytes(out, "AX", 3);
  put_bytes(out, "RGB", 4);
}

char *cncurses_direct_color_description(const char *type) {
  for (int i = 0; i < BOOLEANS; i++) if (boolnames[i] == NULL) return NULL;
  for (int i = 0; i < NUMBERS; i++) if (numnames[i] == NULL) return NULL;
  for (int i = 0; i < STRINGS; i++) if (strnames[i] == NULL) return NULL;
  struct output *out = calloc(1, sizeof *out), *table = calloc(1, sizeof *table);
  char *text = NULL;
  if (out != NULL && table != NULL) {
    put_description(out, table, type);
    if (!out->overflow && !table->overflow) text = malloc(out->length * 2 + 5);
    if (text != NULL) {
      strcpy(text, "hex:");
      for (size_t i = 0; i < out->length; i++) sprintf(text + 4 + 2 * i, "%02X", out->bytes[i]);
    }
  }
  free(out);
  free(table);
  return text;
}
