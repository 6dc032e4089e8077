/// The characters that charts and frames may be drawn with.
package enum Glyphs: String, CaseIterable, Hashable, Sendable {
  /// Everything, with two by four dots a cell.
  case braille
  /// Box drawing and block elements, as the Linux console's font has.
  case blocks
  /// ASCII alone.
  case ascii
}
