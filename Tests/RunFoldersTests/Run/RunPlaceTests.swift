import Foundation
import RunFolders
import Testing

@Suite struct RunPlaceTests {
  /// As checkpoints of every version have them.
  @Test(arguments: [
    (RunPlace.priming(step: 3), #"{"priming":{"step":3}}"#),
    (.primingEvaluation(step: 3), #"{"probe":{"step":3}}"#),
    (.tuning(language: 1, step: 7), #"{"tuning":{"language":1,"step":7}}"#),
    (.evaluation(language: 0, split: 1), #"{"evaluation":{"language":0,"split":1}}"#),
  ])
  func `a place has the same name in files for ever`(place: RunPlace, text: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(place), as: UTF8.self) == text)
    #expect(try JSONDecoder().decode(RunPlace.self, from: Data(text.utf8)) == place)
  }
}
