package import NotebookScreens
import Experiments
import Foundation
package import LabNotebook
import RunFolders
import Synchronization

/// The thread that compares runs: it reads their predictions and draws thousands of resamples,
/// while the one that reads the notebook goes on telling what is new.
package final class Analyst: Sendable {
  private struct Work: Sendable {
    var waiting: [Analysis] = []
    var isEnding = false
  }

  private let notebook: Notebook
  private let tell: @Sendable (Message) -> Void
  private let work = Mutex(Work())
  private let wake = DispatchSemaphore(value: 0)

  /// Starts the thread; what it finds out is told to `tell`, on the thread.
  package init(_ notebook: Notebook, tell: @escaping @Sendable (Message) -> Void) {
    self.notebook = notebook
    self.tell = tell
    let thread = Thread { self.run() }
    thread.name = "analyst"
    // Sorting and drawing stay within the thread's own memory; the default of 512 kB is enough.
    thread.start()
  }

  /// Asks for an analysis; it takes the place of one that waits and is about the same.
  package func ask(_ analysis: Analysis) {
    work.withLock { work in
      work.waiting.removeAll { $0.subject == analysis.subject }
      work.waiting.append(analysis)
    }
    wake.signal()
  }

  /// Ends the thread after what it is doing; nobody waits for that.
  package func end() {
    work.withLock { $0.isEnding = true }
    wake.signal()
  }

  /// The studies that the notebook keeps, and those that come with the program.
  private static func studies(in notebook: Notebook) -> [StudyFile] {
    let kept = notebook.keptStudies()
    guard let folder = ResourceLocator.sampleData.map({ $0 + "/studies" }) else { return kept }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let samples = files.filter { $0.hasSuffix(".toml") }.sorted().compactMap { file in
      (try? Study.load(path: "\(folder)/\(file)")).map {
        StudyFile(name: $0.name, path: "\(folder)/\(file)")
      }
    }
    return kept + samples.filter { sample in !kept.contains { $0.name == sample.name } }
  }

  private func run() {
    while true {
      wake.wait()
      let (next, isEnding) = work.withLock { work in
        (work.waiting.isEmpty ? nil : work.waiting.removeFirst(), work.isEnding)
      }
      if isEnding { return }
      guard let next else { continue }
      Self.carryOut(next, in: notebook, tell: tell)
    }
  }

  /// Carries an analysis out, and tells its answer or why there is none.
  package static func carryOut(
    _ analysis: Analysis, in notebook: Notebook, tell: (Message) -> Void
  ) {
    do {
      switch analysis {
      case .compare(let question):
        let runs = try question.runs.compactMap { try notebook.run($0.id) }
        guard runs.count == question.runs.count,
          let control = runs.firstIndex(where: { $0.id == question.control })
        else { return }
        let comparison = RunComparison(runs, control: control)
        tell(.compared(ComparisonAnswer(question: question, comparison: comparison)))
      case .study(let question):
        do {
          try StudyPicture.find(question, in: notebook) { tell(.studied($0)) }
        } catch {
          tell(.studyFailed(question, String(describing: error)))
        }
      case .studies: tell(.studies(studies(in: notebook)))
      case .models:
        tell(.models(try notebook.runs().filter { $0.state.isFinal }.map { RunModel($0) }))
      }
    } catch {
      tell(.failed(String(describing: error)))
    }
  }
}
