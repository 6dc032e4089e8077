import Experiments
import Foundation
import LabNotebook
import NamedEntities
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// What the probe's two sides agree on: which runs have a model, and the lines between them.
@Suite struct ProbeTests {
  private func run(
    _ folder: URL, _ state: RunState = .finished, _ changes: [String: String] = [:]
  ) throws -> RunRecord {
    var experiment = Experiment()
    for (key, value) in changes { try experiment.set(key, to: value) }
    return RunRecord(
      id: 4, name: "a run", state: state, experiment: experiment, created: Date(), started: nil,
      finished: nil, heartbeat: nil, processID: nil, host: nil, error: nil, progress: nil,
      results: [], folder: folder.path, note: "", starred: false, archived: false)
  }

  private func write(_ paths: String..., in folder: URL) throws {
    for path in paths {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
  }

  @Test func `a run's model has its tuned languages in the experiment's order`() throws {
    try withTemporaryFolder { folder in
      try write(
        "tuned/sw.safetensors", "tuned/af.safetensors", "tuned/hi.safetensors", "tuned/notes.txt",
        "primed/config.json", in: folder)
      let model = RunModel(try run(folder, .finished, ["tuning.languages": "hi,af,nl"]))
      #expect(model.languages == ["hi", "af", "sw"])
      #expect(model.problem == nil && model.encoder == folder.path + "/primed")
    }
  }

  @Test func `a run without its files says what is gone and what to do`() throws {
    try withTemporaryFolder { folder in
      #expect(
        RunModel(try run(folder)).problem?.contains("/tuned: the files of run #4 are gone") == true)
      #expect(
        RunModel(try run(folder, .stopped)).problem?.contains("is stopped and has tuned no") == true
      )
      try write("tuned/hi.safetensors", in: folder)
      #expect(
        RunModel(try run(folder)).problem?.contains("/primed: the encoder of run #4 is gone")
          == true)
      let none = ["priming.method": "none", "encoder.path": "/nowhere/encoder"]
      #expect(
        RunModel(try run(folder, .finished, none)).problem?.contains(
          "/nowhere/encoder: the encoder")
          == true)
      #expect(
        RunModel(try run(folder, .finished, ["kind": "pretraining"])).problem?
          .contains("no tagger") == true)
    }
  }

  @Test func `requests and replies are the same after the way through a line`() throws {
    let request = ProbeRequest(
      id: 7, language: "ar", sentences: [["وُلد", "في"], [], ["\"", "\u{1}\n", "東京"]])
    let line = try request.line()
    #expect(!line.contains("\n") && line.contains(#""language":"ar""#))
    #expect(try ProbeRequest(line: line) == request)

    let sentence = TaggedSentence(
      words: ["Ada", "met", "Bo"], labels: ["B-PER", "O", "B-PER"], scores: [0.75, nil, 0.25])
    let reply = ProbeReply(
      id: 7, sentences: [.init(sentence)], seconds: 0.5, residentBytes: 1_000_000)
    #expect(
      try reply.line()
        == #"{"id":7,"residentBytes":1000000,"seconds":0.5,"sentences":[{"scores":[0.75,null,0.25],"#
        + #""tags":["B-PER","O","B-PER"]}]}"#)
    #expect(try ProbeReply(line: try reply.line()) == reply)
  }

  @Test func `a probability that is not a number goes through`() throws {
    let sentence = TaggedSentence(words: ["Ada"], labels: ["O"], scores: [.nan])
    let line = try ProbeReply(id: 1, sentences: [.init(sentence)], seconds: 0, residentBytes: 0)
      .line()
    let scores = try #require(try ProbeReply(line: line).sentences?.first?.scores)
    #expect(scores.count == 1 && scores[0]?.isNaN == true)
  }
}
