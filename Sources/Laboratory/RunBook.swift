package import RunFolders

/// A run's ties to its folder: what it writes there, and what is asked of it.
package struct RunBook {
  /// Takes an event.
  package var record: (Event) throws -> Void
  /// Gives what was asked since the last call, oldest first.
  package var requests: () throws -> [ControlRequest]
  /// Takes the news that a request was carried out, with the event that came of it, both or
  /// neither.
  package var carriedOut: (ControlRequest, Event?) throws -> Void
  /// Tells where the run's journal ends now; all of it is on the disk when the argument says so.
  package var mark: (_ isDurable: Bool) throws -> RunMark
  /// Returns when there is room on the disk again for what could not be written, or throws what the
  /// second argument throws, which looks every half second at what is asked.
  package var waitForRoom: (_ cause: any Error, _ look: () throws -> Void) throws -> Void

  /// Ties of any kind.
  package init(
    record: @escaping (Event) throws -> Void,
    requests: @escaping () throws -> [ControlRequest] = { [] },
    carriedOut: ((ControlRequest, Event?) throws -> Void)? = nil,
    mark: @escaping (_ isDurable: Bool) throws -> RunMark = { _ in .beginning },
    waitForRoom: @escaping (_ cause: any Error, _ look: () throws -> Void) throws -> Void = {
      (cause, _) in throw cause
    }
  ) {
    self.record = record
    self.requests = requests
    self.carriedOut = carriedOut ?? { _, event in if let event { try record(event) } }
    self.mark = mark
    self.waitForRoom = waitForRoom
  }

  /// The ties to a run's folder.
  ///
  /// - Parameter isAskedToEnd: Whether the process that carries out the run is asked to end, as by a
  ///   signal; that stops the run like a request.
  package init(_ writer: JournalWriter, isAskedToEnd: @escaping () -> Bool = { false }) {
    var watch = RequestWatch(writer.folder, answered: writer.opening.answered)
    let ending = ControlRequest(id: "end", control: .stop)
    var (isWaiting, hasToldOfEnd) = (false, false)
    self.init(
      record: { event in
        do {
          try writer.record(event)
        } catch let error as RunFolderError where error.kind == .full {
          // It waits in memory.
        }
        if writer.isFull, !isWaiting {
          try writer.waitForRoom { writer.isAskedToStop || isAskedToEnd() }
        }
      },
      requests: {
        var requests = watch.new { id, problem in
          try? writer.record(
            .log(.warning, "requests/\(id).json is not a request and is left alone: \(problem)"))
        }
        if !hasToldOfEnd, isAskedToEnd() {
          hasToldOfEnd = true
          requests.append(ending)
        }
        return requests
      },
      carriedOut: { request, event in
        // The request to end has no file, and nobody waits for an answer.
        if request.id != ending.id { try writer.answer(request, event) }
      },
      mark: { try writer.mark(isDurable: $0) },
      waitForRoom: { cause, look in
        isWaiting = true
        defer { isWaiting = false }
        let place = DiskRoom.place(of: cause)
        try writer.waitForRoom(
          cause: DiskRoom.words(cause), at: place, bytes: DiskRoom.bytes(below: place)
        ) {
          try look()
          return false
        }
      })
  }
}

extension JournalWriter {
  /// Whether the run is asked to stop and has not obeyed yet.
  var isAskedToStop: Bool {
    Requests.pending(in: folder, except: opening.answered).contains { $0.control == .stop }
  }
}
