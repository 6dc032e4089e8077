/// The subwords that were added to a model's, as `tokenizers` numbers them.
///
/// One that the model has keeps its id; the others get the next ids, whatever a file says. One that is
/// added again is found as it was described last.
struct AddedVocabulary {
  /// The subwords to be found whole, in the order in which they were added first.
  private(set) var subwords: [AddedSubword] = []
  private let table: SubwordTable
  private let modelCount: Int
  private var places: [[UInt8]: Int] = [:]
  private var largestID: Int?

  /// - Parameter count: How many subwords the model says that it has: each text once.
  init(_ model: SubwordList, count: Int) {
    table = SubwordTable(model) { !model.range(of: $0).isEmpty }
    modelCount = count
  }

  mutating func add(_ subword: AddedSubword) {
    let content = Array(subword.content.utf8)
    guard !content.isEmpty else { return }
    var subword = subword
    if let place = places[content] {
      subword.id = subwords[place].id
      subwords[place] = subword
      return
    }
    subword.id = table.id(of: content) ?? largestID.map { max($0 + 1, modelCount) } ?? modelCount
    places[content] = subwords.count
    subwords.append(subword)
    largestID = max(largestID ?? 0, subword.id)
  }

  /// Whether a text is one of them.
  func contains(_ content: String) -> Bool { places[Array(content.utf8)] != nil }

  /// The id of a text that is one of them, or one of the model's.
  func id(of content: String) -> Int? {
    let bytes = Array(content.utf8)
    return places[bytes].map { subwords[$0].id } ?? table.id(of: bytes)
  }

  /// Adds what transformers adds when it opens a directory.
  ///
  /// - Parameter file: The subwords that tokenizer.json lists; without such a file none.
  mutating func add(_ configuration: TokenizerConfiguration, file: [AddedSubword]) {
    for subword in file { add(subword) }
    var known: Set<[UInt8]> = []
    // Older files say the ids; of two with one id tokenizer.json's counts.
    let taken = configuration.listsAdded ? [] : Set(file.map(\.id))
    for subword in configuration.added where !taken.contains(subword.id) {
      add(subword)
      known.insert(Array(subword.content.utf8))
    }
    if !configuration.listsAdded { known.formUnion(file.map { Array($0.content.utf8) }) }
    for (subword, isDescribed) in configuration.specialSubwords {
      let isKnown = known.contains(Array(subword.content.utf8))
      if !isKnown, isDescribed || !contains(subword.content) { add(subword) }
    }
  }

  /// The model's subwords with the added ones in their places.
  func list(_ model: SubwordList) -> SubwordList {
    var contents: [Int: AddedSubword] = [:]
    for subword in subwords where subword.id >= model.count || model.range(of: subword.id).isEmpty {
      contents[subword.id] = subword
    }
    if contents.isEmpty { return model }
    var result = SubwordList()
    let count = max(model.count, (contents.keys.max() ?? 0) + 1)
    result.reserve(count: count, bytes: model.pool.count + 64)
    for id in 0..<count {
      if let subword = contents[id] {
        result.append(subword.content.utf8)
      } else {
        result.append(id < model.count ? model.bytes(of: id) : [])
      }
    }
    return result
  }
}
