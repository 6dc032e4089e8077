// The description of the terminal that ncurses is given.
//
// The loaded one is written anew in terminfo's binary form (term(5), with 32-bit numbers) and handed to
// ncurses as the variable TERMINFO, which may hold a whole description in hexadecimal digits. It
// differs in two ways:
//
// - What moves lines (scrolling, inserting and deleting them), repeats a character or tabs back is left
//   out. ncurses 6.4 scrolls parts of the screen whenever the terminal can, whatever `idlok` says, and
//   terminals that call themselves xterm without knowing `CSI S`, `CSI T` or `CSI b` then keep remnants
//   of the picture before.
// - If wanted, a colour is a number 0xRRGGBB: descriptions rarely say that the terminal shows any colour
//   (COLORTERM does), and ncurses believes only the description.
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

static const char *const unused[] = {"csr", "ind", "ri",  "indn", "rin", "il", "dl",
                                     "il1", "dl1", "rep", "cbt",  NULL};
static const char *const palette[] = {"initc", "initp", "oc", NULL};

static bool contains(const char *const *names, const char *name) {
  for (; *names != NULL; names++) if (strcmp(*names, name) == 0) return true;
  return false;
}

static const char *string_value(int index, bool direct_color) {
  const char *name = strnames[index];
  if (contains(unused, name)) return NULL;
  if (direct_color) {
    if (strcmp(name, "setaf") == 0) return RGB_TEXT("3", "38");
    if (strcmp(name, "setab") == 0) return RGB_TEXT("4", "48");
    if (contains(palette, name)) return NULL;
  }
  const char *text = tigetstr(name);
  return text == (char *)-1 ? NULL : text;
}

static int number_value(int index, bool direct_color) {
  if (direct_color && strcmp(numnames[index], "colors") == 0) return 0x1000000;
  if (direct_color && strcmp(numnames[index], "pairs") == 0) return 0x7FFF;
  int value = tigetnum(numnames[index]);
  return value < 0 ? -1 : value;
}

static bool flag_value(int index, bool direct_color) {
  // Colours aren't redefined, so the palette of the user stays as it is.
  if (direct_color && strcmp(boolnames[index], "ccc") == 0) return false;
  return tigetflag(boolnames[index]) == 1;
}

// The flags that ncurses added to the standard ones: AX (default colours) and RGB (direct colours).
static void put_extension(struct output *out, bool direct_color) {
  const char *names[2];
  int count = 0;
  if (tigetflag("AX") == 1) names[count++] = "AX";
  if (direct_color || tigetflag("RGB") == 1) names[count++] = "RGB";
  if (count == 0) return;
  struct output *table = calloc(1, sizeof *table);
  if (table == NULL) {
    out->overflow = true;
    return;
  }
  pad(out);
  put_short(out, count);
  put_short(out, 0);
  put_short(out, 0);
  put_short(out, count);
  int offsets[2];
  for (int i = 0; i < count; i++) {
    offsets[i] = (int)table->length;
    put_bytes(table, names[i], strlen(names[i]) + 1);
  }
  put_short(out, (int)table->length);
  put_bytes(out, "\1\1", (size_t)count);
  pad(out);
  for (int i = 0; i < count; i++) put_short(out, offsets[i]);
  put_bytes(out, table->bytes, table->length);
  free(table);
}

static void put_description(
    struct output *out, struct output *table, const char *type, bool direct_color) {
  static int offsets[STRINGS];
  for (int i = 0; i < STRINGS; i++) {
    const char *text = string_value(i, direct_color);
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
  for (int i = 0; i < BOOLEANS; i++) put_bytes(out, flag_value(i, direct_color) ? "\1" : "\0", 1);
  pad(out);
  for (int i = 0; i < NUMBERS; i++) put_number(out, number_value(i, direct_color));
  for (int i = 0; i < STRINGS; i++) put_short(out, offsets[i]);
  put_bytes(out, table->bytes, table->length);
  put_extension(out, direct_color);
}

char *cncurses_description(const char *type, bool direct_color) {
  for (int i = 0; i < BOOLEANS; i++) if (boolnames[i] == NULL) return NULL;
  for (int i = 0; i < NUMBERS; i++) if (numnames[i] == NULL) return NULL;
  for (int i = 0; i < STRINGS; i++) if (strnames[i] == NULL) return NULL;
  struct output *out = calloc(1, sizeof *out), *table = calloc(1, sizeof *table);
  char *text = NULL;
  if (out != NULL && table != NULL) {
    put_description(out, table, type, direct_color);
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
