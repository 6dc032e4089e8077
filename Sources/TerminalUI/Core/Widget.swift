/// Something that can be drawn: a value made for one frame.
///
/// Whatever must last from frame to frame (a selection, a scroll offset) is kept outside and passed
/// in. A widget draws inside its area only, and an area of any size, also an empty one, is fine.
package protocol Widget {
  /// Draws into the cells of the area.
  func render(in area: Rect, into buffer: inout Buffer)
}
