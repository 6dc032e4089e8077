import TerminalUI

/// What a widget draws into an area of this size; cells it leaves alone are empty.
func rendering(_ widget: some Widget, _ width: Int, _ height: Int = 1) -> String {
  var buffer = Buffer(width: width, height: height)
  buffer.draw(widget, in: buffer.area)
  return buffer.text()
}

/// The roles of one row, by the first letter of the picture that `legend` gives each.
func roles(_ buffer: Buffer, row: Int, legend: [Role: Character]) -> String {
  String((0..<buffer.width).map { legend[buffer[$0, row].style.role] ?? "?" })
}
