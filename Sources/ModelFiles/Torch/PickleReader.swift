/// Reads a pickle as PyTorch writes it around tensors, without executing anything of it.
///
/// A pickle is a program for a small machine with a stack and a memory
/// (docs.python.org/3/library/pickletools.html). This machine knows the instructions that build
/// numbers, texts, lists and dictionaries, and of the names that a pickle may call only those of
/// `PickleGlobal`. Every other instruction or name is an error that says which. It is our own, since
/// libtorch's reader runs what a pickle says.
struct PickleReader {
  /// More instructions than this are an error: a state dict of 10,000 tensors has 400,000.
  static let maximumInstructions = 1_000_000

  private let path: String
  private let bytes: UnsafeRawBufferPointer
  /// Where the next byte is read.
  private(set) var position: Int
  private let end: Int
  private(set) var objects: [PickleObject] = []
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memory: [Int: PickleValue] = [:]
  private var instructionCount = 0

  /// A reader of a part of a file's bytes; `path` is for errors.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, path: String) {
    self.path = path
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Runs one pickle to its end; the next one may follow it.
  mutating func read() throws(ModelFileError) -> PickleValue {
    (stack, marks, memory) = ([], [], [:])
    while true {
      try countInstructions(1)
      let instruction = try number(UInt8.self)
      if instruction == UInt8(ascii: ".") { return try pop() }
      try perform(instruction)
    }
  }

  private mutating func countInstructions(_ count: Int) throws(ModelFileError) {
    instructionCount += count
    guard instructionCount <= Self.maximumInstructions else {
      throw error("its pickle has more than \(Self.maximumInstructions) instructions")
    }
  }

  /// An error at the place that was read last.
  func error(
    _ problem: String, expected: String = "a state dict as torch.save writes it",
    advice: String = ""
  ) -> ModelFileError {
    ModelFileError(
      path: path, problem: "\(problem) (before byte \(position))", expected: expected,
      advice: advice)
  }

  // MARK: Looking at values

  /// The parts of a tuple or a list.
  func elements(_ value: PickleValue?) -> [PickleValue]? {
    guard case .object(let index)? = value else { return nil }
    switch objects[index] {
    case .tuple(let elements), .list(let elements): return elements
    default: return nil
    }
  }

  /// The object that a value refers to.
  func object(_ value: PickleValue?) -> PickleObject? {
    if case .object(let index)? = value { objects[index] } else { nil }
  }

  /// A text; nil for any other value, and for bytes that are none.
  func text(_ value: PickleValue?) -> String? {
    if case .text(let range)? = value { text(range) } else { nil }
  }

  func text(_ range: Range<Int>) -> String? { String(validating: bytes[range], as: UTF8.self) }

  /// A few integers, as a shape has them.
  func integers(_ value: PickleValue?) -> [Int]? {
    guard let elements = elements(value), elements.count <= StoredTensor.maximumRank else {
      return nil
    }
    var result: [Int] = []
    for element in elements {
      guard case .integer(let number) = element else { return nil }
      result.append(number)
    }
    return result
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws(ModelFileError) -> Range<Int> {
    guard count >= 0, count <= end - position else {
      throw error(
        "its pickle ends too early", advice: "The file is truncated; copy it again.")
    }
    position += count
    return position - count..<position
  }

  private mutating func number<Value: FixedWidthInteger>(
    _: Value.Type
  ) throws(ModelFileError) -> Value {
    let range = try take(MemoryLayout<Value>.size)
    return bytes.number(Value.self, at: range.lowerBound)
  }

  private mutating func length<Value: FixedWidthInteger>(
    _ type: Value.Type
  ) throws(ModelFileError) -> Int {
    let value = try number(type)
    guard let length = Int(exactly: value) else { throw error("its pickle has a wild length") }
    return length
  }

  private mutating func line() throws(ModelFileError) -> String {
    let rest = bytes[position..<min(end, position + 200)]
    guard let newline = rest.firstIndex(of: 10) else {
      throw error("its pickle has a name without an end")
    }
    let range = position..<newline
    position = newline + 1
    return try name(range)
  }

  /// A name, which may be shown.
  private func name(_ range: Range<Int>) throws(ModelFileError) -> String {
    guard range.count <= 200, bytes[range].allSatisfy({ 0x21...0x7E ~= $0 }),
      let text = text(range)
    else { throw error("its pickle has a name that is not a plain word") }
    return text
  }

  private mutating func integer(byteCount: Int) throws(ModelFileError) -> PickleValue {
    let range = try take(byteCount)
    guard byteCount <= 8 else { return .longInteger(range) }
    guard let last = range.last else { return .integer(0) }
    // The uppermost bit is the sign.
    var value = bytes[last] >= 0x80 ? -1 : 0
    for place in range.reversed() { value = value << 8 | Int(bytes[place]) }
    return .integer(value)
  }

  // MARK: Stack

  private mutating func push(_ value: PickleValue) { stack.append(value) }

  private mutating func push(_ object: PickleObject) {
    stack.append(.object(objects.count))
    objects.append(object)
  }

  private mutating func pop() throws(ModelFileError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw error("its pickle takes a value that is not there")
    }
    return value
  }

  private func top() throws(ModelFileError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else {
      throw error("its pickle looks at a value that is not there")
    }
    return value
  }

  private mutating func popToMark() throws(ModelFileError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw error("its pickle ends a list never begun") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func pop(_ count: Int) throws(ModelFileError) -> [PickleValue] {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    return values.reversed()
  }

  // MARK: Instructions

  private mutating func perform(_ instruction: UInt8) throws(ModelFileError) {
    switch Unicode.Scalar(instruction) {
    case "\u{80}":
      let version = try number(UInt8.self)
      guard version <= 5 else { throw error("its pickle is of version \(version)") }
    case "\u{95}": _ = try take(8)
    case "(": marks.append(stack.count)
    case "0": _ = try pop()
    case "1": _ = try popToMark()
    case "2": push(try top())

    case "N": push(.none)
    case "\u{88}": push(.bool(true))
    case "\u{89}": push(.bool(false))
    case "J": push(.integer(Int(try number(Int32.self))))
    case "K": push(.integer(Int(try number(UInt8.self))))
    case "M": push(.integer(Int(try number(UInt16.self))))
    case "\u{8A}": push(try integer(byteCount: length(UInt8.self)))
    case "\u{8B}": push(try integer(byteCount: length(Int32.self)))
    case "G":
      _ = try take(8)
      push(.other)

    case "X", "T": push(.text(try take(length(UInt32.self))))
    case "\u{8C}", "U": push(.text(try take(length(UInt8.self))))
    case "\u{8D}": push(.text(try take(length(UInt64.self))))
    case "B": push(try bytesOfNoUse(length(UInt32.self)))
    case "C": push(try bytesOfNoUse(length(UInt8.self)))
    case "\u{8E}", "\u{96}": push(try bytesOfNoUse(length(UInt64.self)))

    case ")": push(.tuple([]))
    case "\u{85}": push(.tuple(try pop(1)))
    case "\u{86}": push(.tuple(try pop(2)))
    case "\u{87}": push(.tuple(try pop(3)))
    case "t": push(.tuple(try popToMark()))
    case "]": push(.list([]))
    case "l": push(.list(try popToMark()))
    case "a": try append(pop(1))
    case "e": try append(popToMark())
    case "}": push(.dictionary([]))
    case "d":
      let items = try popToMark()
      push(.dictionary([]))
      try setItems(items)
    case "s": try setItems(pop(2))
    case "u": try setItems(popToMark())

    case "q": memory[Int(try number(UInt8.self))] = try top()
    case "r": memory[Int(try number(UInt32.self))] = try top()
    case "\u{94}": memory[memory.count] = try top()
    case "h": try recall(Int(number(UInt8.self)))
    case "j": try recall(Int(number(UInt32.self)))

    case "c":
      let module = try line()
      try pushGlobal(module: module, name: line())
    case "\u{93}":
      let names = try pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw error("its pickle has a name that is not a string")
      }
      try pushGlobal(module: self.name(module), name: self.name(name))
    case "Q": try pushStorage(pop())
    case "R":
      let arguments = try pop()
      try call(pop(), arguments)
    case "b": try build()
    default:
      let code = String(instruction, radix: 16)
      throw error("its pickle has the instruction 0x\(code), which no state dict needs")
    }
  }

  private mutating func bytesOfNoUse(_ count: Int) throws(ModelFileError) -> PickleValue {
    _ = try take(count)
    return .other
  }

  private mutating func recall(_ index: Int) throws(ModelFileError) {
    guard let value = memory[index] else {
      throw error("its pickle asks for value \(index), which it never kept")
    }
    push(value)
  }

  private mutating func append(_ values: [PickleValue]) throws(ModelFileError) {
    guard case .object(let index) = try top(), case .list(var elements) = objects[index] else {
      throw error("its pickle appends to something that is not a list")
    }
    objects[index] = .list([])
    elements.append(contentsOf: values)
    objects[index] = .list(elements)
  }

  private mutating func setItems(_ values: [PickleValue]) throws(ModelFileError) {
    guard case .object(let index) = try top(), case .dictionary(var items) = objects[index],
      values.count % 2 == 0
    else { throw error("its pickle sets an item of something that is not a dictionary") }
    // Emptied in between, so that the items are never copied.
    objects[index] = .dictionary([])
    for place in stride(from: 0, to: values.count, by: 2) {
      items.append((values[place], values[place + 1]))
    }
    objects[index] = .dictionary(items)
  }
}

// MARK: Names

extension PickleReader {
  private mutating func pushGlobal(module: String, name: String) throws(ModelFileError) {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw error(
        "its pickle asks for \(module).\(name)",
        expected: "a state dict, which needs tensors and dictionaries alone",
        advice: "Nothing in a pickle is executed here. Save model.state_dict() in place of the "
          + "whole model, or use save_pretrained().")
    }
    push(.global(global))
  }

  /// Takes `("storage", type, key, device, count)`; old files have a view at the end.
  private mutating func pushStorage(_ identity: PickleValue) throws(ModelFileError) {
    guard let parts = elements(identity), parts.count == 5 || parts.count == 6,
      text(parts[0]) == "storage", case .global(.storage(let type))? = object(parts[1]),
      case .text(let key) = parts[2], key.count <= 100, case .integer(let count) = parts[4],
      count >= 0
    else { throw error("its pickle has a storage that cannot be read") }
    var storage = PickledStorage(type: type, key: key, count: count)
    if parts.count == 6, parts[5] != .none {
      guard let view = elements(parts[5]), view.count == 3, case .integer(let offset) = view[1],
        case .integer(let viewCount) = view[2], 0...count ~= offset,
        0...count - offset ~= viewCount
      else { throw error("its pickle has a part of a storage that is not within it") }
      storage.viewOffset = offset
    }
    push(.storage(storage))
  }

  private mutating func call(
    _ callee: PickleValue, _ arguments: PickleValue
  ) throws(ModelFileError) {
    guard case .global(let global)? = object(callee), case .tuple(let parts)? = object(arguments)
    else { throw error("its pickle calls something that is not a name") }
    switch global {
    case .orderedDictionary:
      guard parts.count <= 1 else { throw error("its pickle has a dictionary of parts unknown") }
      push(.dictionary([]))
      // Python 2 gave a list of pairs.
      let pairs = elements(parts.first) ?? []
      try countInstructions(pairs.count)
      for pair in pairs {
        guard let item = elements(pair), item.count == 2 else {
          throw error("its pickle has a dictionary of something other than pairs")
        }
        try setItems(item)
      }
    case .rebuildTensor: try pushTensor(parts)
    case .rebuildWithAttributes:
      if parts.count == 4, case .global(.other)? = object(parts[0]) { return push(.other) }
      guard parts.count == 4, case .global(.rebuildTensor)? = object(parts[0]),
        case .tuple(let parts)? = object(parts[2])
      else { throw error("its pickle has a tensor of a class that is not known") }
      try pushTensor(parts)
    case .rebuildParameter:
      if parts.first == .other { return push(.other) }
      guard let first = parts.first, case .tensor? = object(first) else {
        throw error("its pickle has a parameter that is not a tensor")
      }
      push(first)
    case .size:
      guard parts.count == 1, integers(parts[0]) != nil else {
        throw error("its pickle has a torch.Size that cannot be read")
      }
      push(parts[0])
    case .other: push(.other)
    case .storage: throw error("its pickle calls a storage's type")
    }
  }

  /// Takes `(storage, offset, shape, strides, …)`.
  private mutating func pushTensor(_ parts: [PickleValue]) throws(ModelFileError) {
    guard parts.count >= 4, case .storage(let storage)? = object(parts[0]),
      case .integer(let offset) = parts[1], let shape = integers(parts[2]),
      let strides = integers(parts[3])
    else { throw error("its pickle has a tensor that cannot be read") }
    push(.tensor(PickledTensor(storage: storage, offset: offset, shape: shape, strides: strides)))
  }

  /// Takes the attributes of an object; those of a dictionary (`_metadata`) are of no use.
  private mutating func build() throws(ModelFileError) {
    _ = try pop()
    let built = try top()
    if built == .other { return }
    guard case .dictionary? = object(built) else {
      throw error("its pickle gives attributes to something that is not a dictionary")
    }
  }
}
