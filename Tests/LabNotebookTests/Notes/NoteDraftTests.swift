import RunFolders
import Experiments
import Foundation
import RunFolders
import LabNotebook
import NamedEntities
import RunFolders
import TestSupport
import Testing

/// What is being typed is on the disk, and comes back when its editor is gone.
@Suite struct NoteDraftTests {
  @Test func `a draft comes back once its editor is gone, and not before`() throws {
    try withTemporaryFolder { folder in
      let other = NoteDrafts(notebookFolder: folder.path)
      do {
        let editor = NoteDrafts(notebookFolder: folder.path)
        try editor.keep(.run(3), text: "one", base: "")
        try editor.keep(.run(3), text: "one two", base: "")
        try editor.keep(.page("A/b ç"), text: "page", base: "old")
        #expect(other.abandoned().isEmpty, "its editor is there")
        editor.end()
      }
      let drafts = other.abandoned()
      #expect(Set(drafts.map(\.subject)) == [.run(3), .page("A/b ç")])
      #expect(drafts.first { $0.subject == .run(3) }?.text == "one two")
      #expect(drafts.first { $0.subject == .page("A/b ç") }?.base == "old")
      for draft in drafts { other.drop(id: draft.id) }
      #expect(other.abandoned().isEmpty)
    }
  }

  @Test func `a draft that was saved is none, and one's own is no left-over`() throws {
    try withTemporaryFolder { folder in
      let editor = NoteDrafts(notebookFolder: folder.path)
      try editor.keep(.run(1), text: "x", base: "")
      #expect(editor.abandoned().isEmpty)
      editor.drop(.run(1))
      editor.end()
      #expect(NoteDrafts(notebookFolder: folder.path).abandoned().isEmpty)
    }
  }

  @Test func `pages whose names have the same letters have files of their own`() throws {
    try withTemporaryFolder { folder in
      let editor = NoteDrafts(notebookFolder: folder.path)
      try editor.keep(.page("a b"), text: "one", base: "")
      try editor.keep(.page("a-b"), text: "two", base: "")
      editor.end()
      let drafts = NoteDrafts(notebookFolder: folder.path).abandoned()
      #expect(Set(drafts.map(\.text)) == ["one", "two"])
    }
  }

  @Test func `rubbish among the drafts is left alone`() throws {
    try withTemporaryFolder { folder in
      let drafts = folder.appending(path: "drafts")
      try FileManager.default.createDirectory(at: drafts, withIntermediateDirectories: true)
      for name in ["x.json", "run-1.y.json", "z.lock", "experiment.toml"] {
        try Data("{\"id\": 7".utf8).write(to: drafts.appending(path: name))
      }
      #expect(NoteDrafts(notebookFolder: folder.path).abandoned().isEmpty)
      let names = try FileManager.default.contentsOfDirectory(atPath: drafts.path)
      #expect(names.count == 4)
    }
  }

  @Test func `a note that was written with an expectation is in the run's own file too`() throws {
    try withNotebook { book in
      let run = try book.enqueue(Experiment())
      #expect(try book.writeNote(.run(run), "kept", expecting: "") == nil)
      #expect(try book.writeNote(.run(run), "mine", expecting: "") == "kept")
      #expect(try book.writeNote(.page("Plan"), "text", expecting: "") == nil)
      #expect(try book.pages().map(\.text) == ["text"])
      let log = try String(contentsOfFile: book.runFolder(run) + "/run.jsonl", encoding: .utf8)
      #expect(log.split(separator: "\n").last?.hasPrefix("[\"set\",\"note\",\"kept\",") == true)
    }
  }

  @Test func `lines about encoders are read as they were written`() throws {
    var facts = EncoderFacts(
      path: "/e", type: "bert", layerCount: 2, hiddenSize: 8, attentionHeadCount: 2,
      intermediateSize: 12, maximumSubwords: 12, vocabularySize: 20, parameters: 1352,
      embeddingParameters: 288)
    facts.weightTypes = ["float16"]
    var coverage = VocabularyCoverage(language: "de", split: "train")
    (coverage.words, coverage.knownWords) = (4, 3)
    for line in [
      EncoderLine.encoder(facts), .coverage(path: "/e", coverage),
      .problem(path: "/x", language: nil, "gone"),
    ] {
      let data = try JSONEncoder().encode(line)
      #expect(try JSONDecoder().decode(EncoderLine.self, from: data) == line)
    }
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(EncoderLine.self, from: Data("{\"kind\":\"x\"}".utf8))
    }
  }
}
