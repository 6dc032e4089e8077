package import Experiments
package import LabNotebook

/// A run's ties to the notebook: what it writes there, and what is asked of it.
package struct RunBook {
  /// Takes an event.
  package var record: (Event) throws -> Void
  /// Gives what was asked since the last call, oldest first.
  package var requests: () throws -> [ControlRequest]
  /// Takes the news that a request was carried out, with the event that came of it, both or
  /// neither.
  package var carriedOut: (ControlRequest, Event?) throws -> Void
  /// Tells where the run's rows end now; all of them are on the disk when the argument says so.
  package var mark: (_ isDurable: Bool) throws -> RunMark

  /// Ties of any kind.
  package init(
    record: @escaping (Event) throws -> Void,
    requests: @escaping () throws -> [ControlRequest] = { [] },
    carriedOut: ((ControlRequest, Event?) throws -> Void)? = nil,
    mark: @escaping (_ isDurable: Bool) throws -> RunMark = { _ in .beginning }
  ) {
    self.record = record
    self.requests = requests
    self.carriedOut = carriedOut ?? { _, event in if let event { try record(event) } }
    self.mark = mark
  }

  /// The ties to a run of a notebook.
  package init(_ notebook: Notebook, _ recorder: RunRecorder, run: RunID) {
    var last: Int64 = 0
    self.init(
      record: { try recorder.record($0) },
      requests: {
        let requests = try notebook.requests(of: run, after: last)
        last = requests.last?.id ?? last
        return requests
      },
      carriedOut: { try recorder.carriedOut($0, $1) },
      mark: { try recorder.mark(isDurable: $0) })
  }
}
