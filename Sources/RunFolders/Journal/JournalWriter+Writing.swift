import Files
import Foundation
import Synchronization

/// What the writer does on its queue: lines onto the disk, the newest progress beside them.
extension JournalWriter {
  /// Writes what waits; an error is kept for the next call, but for a full disk, which `isFull` tells.
  func attempt() {
    do {
      try writeWaiting()
    } catch let error as RunFolderError where error.kind == .full {
      return
    } catch {
      waiting.withLock { $0.failure = error }
    }
  }

  func writeWaiting() throws {
    var batch = waiting.withLock { waiting in
      defer {
        waiting.lines = LineBuffer()
        (waiting.rows, waiting.answered) = (0, [])
        (waiting.isScheduled, waiting.isUrgent) = (false, false)
        waiting.progress = nil
      }
      return waiting
    }
    let lastLine = written.withLock { written in
      if let progress = batch.progress { written.progress = progress }
      return written.progressLine
    }
    let steady = clock.steady()
    if let progress = batch.progress, steady - lastLine > Self.secondsBetweenProgressLines {
      try JournalLine.progress(progress).write(to: &batch.lines)
      written.withLock { $0.progressLine = steady }
    }
    do {
      try write(batch.lines)
      if !batch.answered.isEmpty {
        try synchronize()
        for request in batch.answered { Requests.remove(request, in: folder) }
      }
    } catch {
      // Of what was written in part, the rest is written by the next attempt.
      let rest = (error as? Unwritten)?.lines ?? LineBuffer()
      waiting.withLock { [batch] waiting in
        var lines = rest
        lines.add(waiting.lines)
        waiting.lines = lines
        waiting.rows += max(1, batch.rows)
        waiting.answered = batch.answered + waiting.answered
        waiting.progress = waiting.progress ?? batch.progress
      }
      let cause = (error as? Unwritten)?.cause ?? error
      if (cause as? RunFolderError)?.kind == .full { noteFullDisk() }
      throw cause
    }
    if let progress = batch.progress { tell(progress) }
  }

  /// Thrown with the lines that were not written.
  private struct Unwritten: Error {
    var lines: LineBuffer
    var cause: any Error
  }

  /// Writes lines behind those that were written, unless somebody else has.
  func write(_ lines: LineBuffer) throws {
    if lines.count == 0 { return }
    var done = 0
    do throws(RunFolderError) {
      try checkFence()
      while done < lines.count {
        let length = written.withLock { $0.length }
        let count = lines.withUnsafeBytes { bytes in
          put(file, UnsafeRawBufferPointer(rebasing: bytes[done...]), length)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw .system(count < 0 ? errno : ENOSPC, path: folder.journal) }
        done += count
        written.withLock { $0.length += count }
      }
    } catch {
      // Only whole lines stay: others may come before the rest is written.
      let whole = lines.bytes[..<done].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      if whole < done {
        let length = written.withLock { written in
          written.length -= done - whole
          return written.length
        }
        _ = ftruncate(file, off_t(length))
      }
      var rest = lines
      rest.removeFirst(whole)
      throw Unwritten(lines: rest, cause: error)
    }
  }

  private func checkFence() throws(RunFolderError) {
    let path = folder.journal
    var facts = stat()
    guard fstat(file, &facts) == 0 else { throw .system(errno, path: path) }
    guard facts.st_nlink > 0 else { throw Self.removed(path) }
    guard Int(facts.st_size) == written.withLock({ $0.length }) else {
      throw RunFolderError(
        .takenOver, path: path, problem: "another engine works on the run",
        advice: "This one writes no more.")
    }
  }

  static func removed(_ path: String) -> RunFolderError {
    RunFolderError(
      .missing, path: path, problem: "the journal was removed", advice: "Was the run deleted?")
  }

  /// Puts the newest picture where others look for it; that it cannot be written does no harm.
  private func tell(_ progress: RunProgress) {
    let steady = clock.steady()
    let isDue = written.withLock { written in
      guard steady - written.progressFile >= Self.secondsBetweenProgress else { return false }
      written.progressFile = steady
      return true
    }
    guard isDue, let text = try? StoredJSON.encode(progress) else { return }
    try? AtomicFile.write(text, to: folder.progress, isDurable: false)
  }
}
