import Experiments
import Foundation
import RunFolders
import Testing

/// Values of settings in the files of a run: text beside the setting's key.
@Suite struct StoredValueTests {
  private func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  // What notebooks of format 2 and 3 hold.
  @Test(arguments: [
    (
      #"{"settingChanged":{"key":"priming.steps","new":"90","old":"300","step":40,"tick":7}}"#,
      Event.settingChanged(
        key: "priming.steps", old: .integer(300), new: .integer(90), step: 40, tick: 7)
    ),
    (
      #"{"settingChanged":{"key":"tuning.learningRate","new":"1","old":"2e-5","step":0}}"#,
      .settingChanged(key: "tuning.learningRate", old: .number(2e-5), new: .number(1), step: 0)
    ),
    (
      #"{"settingChanged":{"key":"of.another.version","new":"3","old":"","step":1}}"#,
      .settingChanged(key: "of.another.version", old: .text(""), new: .text("3"), step: 1)
    ),
    (
      #"{"settingChanged":{"key":"priming.steps","new":"many","old":"300","step":1}}"#,
      .settingChanged(key: "priming.steps", old: .integer(300), new: .text("many"), step: 1)
    ),
    (#"{"checkpoint":{"path":"a","step":1}}"#, .checkpoint(step: 1, path: "a")),
  ])
  func `an event's values are stored as text, and read as its key says`(
    stored: String, event: Event
  ) throws {
    #expect(try JSONDecoder().decode(Event.self, from: Data(stored.utf8)) == event)
    #expect(try text(event) == stored)
  }

  @Test(arguments: [
    (
      #"{"set":{"key":"priming.outer.learningRate","value":"1e-5"}}"#,
      Control.set(key: "priming.outer.learningRate", value: .number(1e-5))
    ),
    (
      #"{"set":{"key":"priming.steps","value":"7"}}"#,
      .set(key: "priming.steps", value: .integer(7))
    ),
    (#"{"pause":{}}"#, .pause),
  ])
  func `a request's value is stored as text, and read as its key says`(
    stored: String, control: Control
  ) throws {
    #expect(try JSONDecoder().decode(Control.self, from: Data(stored.utf8)) == control)
    #expect(try text(control) == stored)
  }
}
