/// Mouse events as terminals report them in their SGR form.
enum MouseReport {
  /// The event of a report without its start: `0;12;5M` is a press of the left button.
  static func event(_ report: String) -> MouseEvent? {
    guard let final = report.last else { return nil }
    let numbers = report.dropLast().split(separator: ";").compactMap { Int($0) }
    guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
    let code = numbers[0]
    let buttons: [MouseEvent.Button] = [.left, .middle, .right, .none]
    let button = buttons[code & 3]
    let action: MouseEvent.Action
    if code & 64 != 0 {
      // 66 and 67 are the sideways wheel, which means nothing here.
      guard code & 3 < 2 else { return nil }
      action = code & 1 == 0 ? .scrollUp : .scrollDown
    } else if code & 32 != 0 {
      guard button != .none else { return nil }
      action = .drag
    } else {
      action = final == "M" ? .press : .release
    }
    return MouseEvent(
      action, button: code & 64 != 0 ? .none : button, x: numbers[1] - 1, y: numbers[2] - 1)
  }
}
