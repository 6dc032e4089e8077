import Foundation
import GRDB

/// Some thousand points of a series in one row, so that a million of them is read in a moment.
///
/// The points stand in the table `metric` too, which is what counts: chunks are made of it, and a
/// chunk that cannot be read is left out.
enum PointChunk {
  /// How many points a chunk has.
  static let size = 4096
  /// How many points are worth a chunk when no more come.
  static let leastSize = 256

  private static let bytesPerPoint = 32

  /// The bytes of points: number, step, value and time of each, eight bytes each.
  static func bytes(of points: ArraySlice<MetricPoint>) -> Data {
    var data = Data(capacity: points.count * bytesPerPoint)
    for point in points {
      for bits in [
        UInt64(bitPattern: point.rowID), UInt64(bitPattern: Int64(point.step)),
        point.value.bitPattern, point.time.timeIntervalSince1970.bitPattern,
      ] {
        withUnsafeBytes(of: bits.littleEndian) { data.append(contentsOf: $0) }
      }
    }
    return data
  }

  /// Adds the points of a chunk that come after a number; false where the bytes are no points.
  static func read(
    _ bytes: UnsafeRawBufferPointer, after id: Int64, into points: inout [MetricPoint]
  ) -> Bool {
    guard bytes.count % bytesPerPoint == 0 else { return false }
    func bits(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    var last = points.last?.rowID ?? id
    for offset in stride(from: 0, to: bytes.count, by: bytesPerPoint) {
      let number = Int64(bitPattern: bits(offset))
      if number <= id { continue }
      let step = Int(Int64(bitPattern: bits(offset + 8)))
      let time = Double(bitPattern: bits(offset + 24))
      guard number > last, Plausibility.isCount(step), Plausibility.isClockTime(time) else {
        return false
      }
      last = number
      points.append(
        MetricPoint(
          rowID: number, step: step, value: Double(bitPattern: bits(offset + 16)),
          time: Date(timeIntervalSince1970: time)))
    }
    return true
  }

  /// Makes chunks of points that follow each other and are in no chunk yet.
  ///
  /// - Parameter isEnd: Whether no more points come for now, so that fewer make a chunk too.
  /// - Returns: The points that are left.
  static func write(
    _ points: [MetricPoint], of series: Int64, isEnd: Bool, _ database: Database
  ) throws -> [MetricPoint] {
    var rest = points[...]
    while rest.count >= size || (isEnd && rest.count >= leastSize) {
      let chunk = rest.prefix(size)
      guard let last = chunk.last else { break }
      let insert = try database.cachedStatement(
        sql: "INSERT INTO chunk (series, last, points) VALUES (?, ?, ?)")
      try insert.execute(arguments: [series, last.rowID, bytes(of: chunk)])
      rest = rest.dropFirst(chunk.count)
    }
    return Array(rest)
  }

  /// The points of a series that are in no chunk.
  static func rest(of series: Int64, _ database: Database) throws -> [MetricPoint] {
    let last = try Int64.fetchOne(
      database, sql: "SELECT max(last) FROM chunk WHERE series = ?", arguments: [series])
    return try rows(of: series, after: last ?? 0, database)
  }

  /// The points of a series after a number, from its rows.
  static func rows(
    of series: Int64, after id: Int64, _ database: Database
  ) throws -> [MetricPoint] {
    var (points, rising) = ([MetricPoint](), RisingRows())
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT id, step, value, time FROM metric WHERE series = ? AND id > ? ORDER BY id",
      arguments: [series, id])
    while let row = try rows.next() {
      try rising.take(row.stored(0))
      let step: Int = try row.stored(1)
      guard Plausibility.isCount(step) else {
        throw UnreadableRow(description: "\(step) is no step")
      }
      points.append(
        MetricPoint(
          rowID: try row.stored(0), step: step, value: StoredNumber.decode(row[2]),
          time: Date(timeIntervalSince1970: try StoredNumber.time(row.stored(3)))))
    }
    return points
  }

  /// The points of a series after a number, from its chunks and what is left.
  static func points(
    of series: Int64, after id: Int64, _ database: Database
  ) throws -> [MetricPoint] {
    var points: [MetricPoint] = []
    let bytes = try Int.fetchOne(
      database, sql: "SELECT sum(length(points)) FROM chunk WHERE series = ? AND last > ?",
      arguments: [series, id])
    // A damaged file may say anything of how long it is.
    points.reserveCapacity(min(max(0, bytes ?? 0) / bytesPerPoint + size, 1 << 22))
    let chunks = try Row.fetchCursor(
      database, sql: "SELECT points FROM chunk WHERE series = ? AND last > ? ORDER BY last",
      arguments: [series, id])
    while let row = try chunks.next() {
      let isRead = try row.withUnsafeData(atIndex: 0) { data in
        data?.withUnsafeBytes { read($0, after: id, into: &points) } ?? false
      }
      guard isRead else { return try rows(of: series, after: id, database) }
    }
    points += try rows(of: series, after: points.last?.rowID ?? id, database)
    return points
  }
}
