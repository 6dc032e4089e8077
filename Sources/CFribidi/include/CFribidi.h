// The order of text in both directions, by GNU FriBidi: what Swift needs of it, and nothing else.
#ifndef CFRIBIDI_H
#define CFRIBIDI_H

#include <stdbool.h>
#include <stdint.h>

/// Puts a row of characters (UTF-32) in the order in which they are drawn from left to right, by UAX #9
/// with the row as the paragraph. `order` receives the index of the character at each place, `levels`
/// the level of each character: odd where it is read from right to left. Returns false if memory cannot be allocated.
///
/// The two overrides (LRO, RLO) have no effect: they would show another text than is stored.
bool cfribidi_order(
    const uint32_t *text, int count, bool right_to_left, int *order, signed char *levels);

/// Whether a text (UTF-32) begins at the right, by its first letter outside of isolates (P2, P3).
bool cfribidi_begins_at_right(const uint32_t *text, int count);

/// Whether a character is a letter or digit of a script that is read from right to left.
bool cfribidi_is_right_to_left(uint32_t character);

/// The character that looks like this one in a mirror, or this one.
uint32_t cfribidi_mirrored(uint32_t character);

#endif
