package import NamedEntities

/// What one or two runs found, a row for each place where one of them found something; or a row for
/// each word.
package struct ProbeTable {
  /// What a run says of a place.
  package struct Finding: Hashable {
    /// The type of the entity, or the tag of the word.
    package var label: String
    /// The entity's type; nil for a word outside of entities.
    package var type: EntityType?
    /// How sure the run is; nil for a word that its encoder does not read.
    package var score: Float?

    /// Whether the run doubts it.
    package var isDoubted: Bool { score.map { !($0 >= TaggedSentence.doubt) } ?? false }
  }

  /// A place in the text.
  package struct Row: Hashable {
    package var sentence: Int
    package var words: Range<Int>
    package var text: String
    /// One for each run; nil where it found nothing there, or has not answered yet.
    package var findings: [Finding?]
    /// Whether both runs have answered and say different things.
    package var differs: Bool
  }

  package private(set) var entities: [Row] = []
  package private(set) var words: [Row] = []
  private let listing: ProbeScreen.Listing

  /// The tables of what is shown.
  init(_ probe: ProbeScreen) {
    listing = probe.listing
    let answers = probe.slots.map(\.answer)
    guard let text = answers.compactMap({ $0 }).max(by: Self.isOlder)?.question.sentences else {
      return
    }
    // An answer about another text says nothing about this one.
    let tagged = answers.map { answer in
      answer?.question.sentences == text ? answer?.sentences ?? [] : []
    }
    for (index, sentence) in text.enumerated() {
      let here = tagged.map { $0.indices.contains(index) ? $0[index] : nil }
      add(sentence, index, here)
    }
  }

  /// The rows of the listing that is chosen.
  package var rows: [Row] { listing == .entities ? entities : words }
  /// How many there are.
  package var rowCount: Int { rows.count }

  /// The entities of a sentence about which the runs differ.
  func differences(sentence: Int) -> Set<Range<Int>> {
    Set(entities.lazy.filter { $0.differs && $0.sentence == sentence }.map(\.words))
  }

  private static func isOlder(_ one: ProbeAnswer, _ other: ProbeAnswer) -> Bool {
    one.question.number < other.question.number
  }

  private mutating func add(_ sentence: ProbeSentence, _ index: Int, _ tagged: [TaggedSentence?]) {
    let isComparable = tagged.count > 1 && !tagged.contains(nil)
    let places = Set(tagged.flatMap { $0?.entities.map(\.span.words) ?? [] })
    entities += places.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
      .map { place in
        let findings = tagged.map { tagged -> Finding? in
          tagged?.entities.first { $0.span.words == place }.map {
            Finding(label: $0.span.type.name, type: $0.span.type, score: $0.score)
          }
        }
        return Row(
          sentence: index, words: place, text: Self.text(of: place, in: sentence),
          findings: findings,
          differs: isComparable && Set(findings.map { $0?.label }).count > 1)
      }
    words += sentence.words.indices.map { word in
      let findings = tagged.map { tagged -> Finding? in
        tagged.map { tagged in
          let type = tagged.entities.first { $0.span.words.contains(word) }?.span.type
          return Finding(label: tagged.tags[word], type: type, score: tagged.scores[word])
        }
      }
      return Row(
        sentence: index, words: word..<word + 1, text: String(sentence.words[word]),
        findings: findings, differs: isComparable && Set(findings.map { $0?.label }).count > 1)
    }
  }

  private static func text(of place: Range<Int>, in sentence: ProbeSentence) -> String {
    guard let first = sentence.words[place].first, let last = sentence.words[place].last else {
      return ""
    }
    return String(sentence.line[first.startIndex..<last.endIndex])
  }
}

extension ProbeScreen {
  /// What the runs found.
  package var table: ProbeTable { ProbeTable(self) }
}
