import Foundation
import LabNotebook
import NotebookScreens
import NotebookSession
import TestSupport
import Testing

/// What the screens ask to be written, and what they are told of it.
@Suite struct RequestHandlerTests {
  private func answers(_ handler: RequestHandler, _ request: NotebookRequest) -> [String] {
    var texts: [String] = []
    handler.carryOut(request) { message in
      switch message {
      case .succeeded(let text): texts.append("done: \(text)")
      case .failed(let text): texts.append("failed: \(text)")
      default: texts.append("\(message)")
      }
    }
    return texts
  }

  @Test func `an export is written, and never over a file unless told to`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.appending(path: "book").path)
      let handler = RequestHandler(
        notebook, program: "", memoryPath: folder.appending(path: "screens").path)
      let path = folder.appending(path: "loss.svg").path
      func export(_ text: String, overwrites: Bool) -> [String] {
        answers(handler, .export(text, path: path, overwrites: overwrites))
      }
      #expect(export("one", overwrites: false) == ["done: Wrote \(path)."])
      #expect(
        export("two", overwrites: false)
          == ["failed: \(path) already exists; add a ! to the command to write over it."])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "one")
      #expect(export("two", overwrites: true) == ["done: Wrote \(path)."])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "two")
      let nowhere = answers(
        handler, .export("x", path: folder.path + "/none/x.svg", overwrites: false))
      #expect(nowhere.count == 1 && nowhere[0].contains("/none/x.svg: it cannot be written"))
    }
  }

  @Test func `the number of runs at once is kept in the notebook`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.appending(path: "book").path)
      let handler = RequestHandler(
        notebook, program: "", memoryPath: folder.appending(path: "screens").path)
      let told = answers(handler, .setJobs(2))
      #expect(told.count == 1 && told[0].hasPrefix("done: Up to 2 runs at once"), "\(told)")
      #expect(try notebook.jobs == 2)
    }
  }

  @Test func `what is to be remembered goes into the file`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.appending(path: "book").path)
      let path = folder.appending(path: "state/screens").path
      let handler = RequestHandler(notebook, program: "", memoryPath: path)
      #expect(answers(handler, .remember(["chart", "log"], key: "run.panes")).isEmpty)
      #expect(ScreenMemory.load(path: path)["run.panes"] == ["chart", "log"])
    }
  }
}
