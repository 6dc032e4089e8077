import Synchronization

/// A value that is made when it is first asked for, and once.
///
/// A list of ten thousand runs shows fifty: the experiments and results of the others need not be
/// decoded. Copies share the value.
struct Lazily<Value: Hashable & Sendable>: Hashable, Sendable {
  private final class Box: Sendable {
    /// What the value is made of: equal sources make equal values.
    let source: String?
    let value: Mutex<Value?>
    let make: @Sendable () -> Value

    init(source: String?, value: Value?, make: @escaping @Sendable () -> Value) {
      self.source = source
      self.value = Mutex(value)
      self.make = make
    }
  }

  private let box: Box

  /// A value that is there already.
  init(_ value: Value) {
    box = Box(source: nil, value: value, make: { value })
  }

  /// A value that is made of a source.
  init(of source: String, make: @escaping @Sendable () -> Value) {
    box = Box(source: source, value: nil, make: make)
  }

  /// What the value is made of; nil where it was given.
  var source: String? { box.source }

  /// The value.
  var value: Value {
    box.value.withLock { known in
      if let known { return known }
      let made = box.make()
      known = made
      return made
    }
  }

  static func == (first: Lazily, second: Lazily) -> Bool {
    if first.box === second.box { return true }
    if let source = first.source, source == second.source { return true }
    return first.value == second.value
  }

  /// Nothing of it: equal values may be made of different sources.
  func hash(into hasher: inout Hasher) {}
}
