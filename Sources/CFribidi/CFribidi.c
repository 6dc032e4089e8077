#include "CFribidi.h"

#include <fribidi/fribidi.h>
#include <stdlib.h>

bool cfribidi_order(
    const uint32_t *text, int count, bool right_to_left, int *order, signed char *levels) {
  if (count <= 0) return true;
  FriBidiCharType *types = malloc(sizeof *types * (size_t)count);
  FriBidiBracketType *brackets = malloc(sizeof *brackets * (size_t)count);
  bool done = types != NULL && brackets != NULL;
  if (done) {
    fribidi_get_bidi_types(text, count, types);
    for (int i = 0; i < count; i++) {
      if (types[i] == FRIBIDI_TYPE_LRO || types[i] == FRIBIDI_TYPE_RLO) types[i] = FRIBIDI_TYPE_BN;
      order[i] = i;
    }
    fribidi_get_bracket_types(text, count, types, brackets);
    FriBidiParType base = right_to_left ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;
    done = fribidi_get_par_embedding_levels_ex(types, brackets, count, &base, levels) != 0 &&
           fribidi_reorder_line(0, types, count, 0, base, levels, NULL, order) != 0;
  }
  free(types);
  free(brackets);
  return done;
}

bool cfribidi_begins_at_right(const uint32_t *text, int count) {
  if (count <= 0) return false;
  FriBidiCharType *types = malloc(sizeof *types * (size_t)count);
  if (types == NULL) return false;
  fribidi_get_bidi_types(text, count, types);
  bool result = fribidi_get_par_direction(types, count) == FRIBIDI_PAR_RTL;
  free(types);
  return result;
}

bool cfribidi_is_right_to_left(uint32_t character) {
  FriBidiCharType type = fribidi_get_bidi_type(character);
  return type == FRIBIDI_TYPE_RTL || type == FRIBIDI_TYPE_AL || type == FRIBIDI_TYPE_AN;
}

uint32_t cfribidi_mirrored(uint32_t character) {
  FriBidiChar mirrored = character;
  fribidi_get_mirror_char(character, &mirrored);
  return mirrored;
}
