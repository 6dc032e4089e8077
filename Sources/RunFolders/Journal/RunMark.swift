/// Where a run's journal ended at some moment: what a checkpoint remembers of it.
package enum RunMark: Hashable, Sendable {
  /// The number of bytes that the journal had, and what the last bytes before that place add up to
  /// (`FileCheck`), so that another file is not taken for it.
  case offset(Int, check: UInt64)
  /// The last rows that a notebook of format 4 or earlier had of the run.
  case rows(RowMark)

  /// Before the first line of a run.
  package static let beginning = RunMark.offset(0, check: FileCheck.empty)
}

extension RunMark: Codable {
  private enum CodingKeys: String, CodingKey {
    case offset, check, metric
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if values.contains(.metric) {
      self = .rows(try RowMark(from: decoder))
    } else {
      self = .offset(
        try values.decode(Int.self, forKey: .offset),
        check: try values.decode(UInt64.self, forKey: .check))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .rows(let mark): try mark.encode(to: encoder)
    case .offset(let offset, let check):
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(offset, forKey: .offset)
      try values.encode(check, forKey: .check)
    }
  }
}

/// The last rows of a run in a journal of the first version, by their numbers.
package struct RowMark: Codable, Hashable, Sendable {
  /// The last point of any series.
  package var metric: Int64
  /// The last event.
  package var event: Int64
  /// The last result.
  package var result: Int64

  /// Before the first row of a run.
  package static let beginning = RowMark(metric: 0, event: 0, result: 0)

  /// A mark from its three numbers.
  package init(metric: Int64, event: Int64, result: Int64) {
    self.metric = metric
    self.event = event
    self.result = result
  }
}
