/// The keys that can be pressed now, in one row.
///
///     Enter open  Space mark  / search  ? help  q back
///
/// Keys that don't fit are left out from the right, whole ones only; what can't be used now is
/// faint.
package struct KeyBar: Widget {
  /// A key and what it does.
  package struct Item: Hashable, Sendable {
    package var key: String
    package var label: String
    package var isEnabled: Bool

    /// A key and what it does, in a word or two.
    package init(key: String, label: String, isEnabled: Bool = true) {
      self.key = key
      self.label = label
      self.isEnabled = isEnabled
    }
  }

  private let items: [Item]

  /// A bar of keys, the most important one first.
  package init(_ items: [Item]) {
    self.items = items
  }

  /// A bar from a key table.
  package init<Action>(
    _ bindings: [KeyBinding<Action>], isEnabled: (KeyBinding<Action>) -> Bool = { _ in true }
  ) {
    items = bindings.map {
      Item(key: $0.keys[0].description, label: $0.label, isEnabled: isEnabled($0))
    }
  }

  /// The key at a column, for the mouse.
  package func index(atColumn column: Int, in area: Rect) -> Int? {
    var x = area.x
    for (index, item) in items.enumerated() {
      let width = Self.width(of: item)
      if x + width > area.right { return nil }
      if column >= x, column < x + width { return index }
      x += width + 1
    }
    return nil
  }

  private static func width(of item: Item) -> Int {
    TextWidth.width(of: item.key) + 3 + TextWidth.width(of: item.label)
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    var x = area.x
    for item in items {
      if x + Self.width(of: item) > area.right { break }
      let keyStyle = item.isEnabled ? Style(.keyName) : Style(.faint)
      let labelStyle = item.isEnabled ? Style(.keyHint) : Style(.faint)
      x += buffer.write(" \(item.key) ", at: x, area.y, style: keyStyle)
      x += buffer.write(" \(item.label)", at: x, area.y, style: labelStyle) + 1
    }
  }
}
