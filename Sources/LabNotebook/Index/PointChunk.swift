import Experiments
import Foundation
import GRDB
import RunFolders

/// Some points of a series in one row of the index, at most some thousand, so that a million of
/// them is read in a moment.
///
/// The newest points of a run under way stand in smaller chunks, which become one when there are
/// many of them.
enum PointChunk {
  /// How many points a full chunk has.
  static let size = 4096
  /// Points are added to the last chunk while it has fewer than this.
  private static let smallSize = 256
  /// How many chunks that are not full may stand at the end of a series.
  private static let mostSmall = 16

  private static let narrowBytes = 32
  private static let wideBytes = 40

  // MARK: Bytes

  /// The bytes of points: place, step, value and time of each, eight bytes each, and in wide chunks
  /// four bytes each for task and inner step.
  private static func bytes(of points: ArraySlice<MetricPoint>, isWide: Bool) -> Data {
    var data = Data(capacity: points.count * (isWide ? wideBytes : narrowBytes))
    func append(_ bits: some FixedWidthInteger) {
      withUnsafeBytes(of: bits.littleEndian) { data.append(contentsOf: $0) }
    }
    for point in points {
      append(point.place)
      append(Int64(point.step))
      append(point.value.bitPattern)
      append(point.time.timeIntervalSince1970.bitPattern)
      if isWide {
        append(Int32(clamping: point.task ?? 0))
        append(Int32(clamping: point.innerStep ?? 0))
      }
    }
    return data
  }

  /// Adds the points of a chunk that come after a place; throws where the bytes are no points.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, isWide: Bool, after place: Int64,
    into points: inout [MetricPoint]
  ) throws {
    let length = isWide ? wideBytes : narrowBytes
    guard bytes.count % length == 0 else { throw damaged }
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    func count(_ offset: Int) -> Int? {
      let number = Int32(
        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
      return number > 0 ? Int(number) : nil
    }
    var last = points.last?.place ?? 0
    for offset in stride(from: 0, to: bytes.count, by: length) {
      let number = Int64(bitPattern: word(offset))
      guard number > last else { throw damaged }
      if number <= place {
        last = number
        continue
      }
      let step = Int(Int64(bitPattern: word(offset + 8)))
      let time = Double(bitPattern: word(offset + 24))
      guard ValueRange.isCount(step), ValueRange.isClockTime(time) else {
        throw damaged
      }
      last = number
      points.append(
        MetricPoint(
          place: number, step: step, task: isWide ? count(offset + 32) : nil,
          innerStep: isWide ? count(offset + 36) : nil,
          value: Double(bitPattern: word(offset + 16)), time: Date(timeIntervalSince1970: time)))
    }
  }

  private static var damaged: UnreadableRow { UnreadableRow(description: "a chunk has no points") }

  // MARK: Reading

  /// The points of a series after a place.
  static func points(
    of series: Int64, after place: Int64, _ database: Database
  ) throws -> [MetricPoint] {
    var points: [MetricPoint] = []
    let bytes = try Int.fetchOne(
      database, sql: "SELECT sum(length(points)) FROM chunk WHERE series = ? AND last > ?",
      arguments: [series, place])
    // A damaged file may say anything of how long it is.
    points.reserveCapacity(min(max(0, bytes ?? 0) / narrowBytes, 1 << 24))
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT isWide, points FROM chunk WHERE series = ? AND last > ? ORDER BY last",
      arguments: [series, place])
    while let row = try rows.next() { try add(row, after: place, to: &points) }
    return points
  }

  /// How many points all series have.
  static func count(_ database: Database) throws -> Int {
    try Int.fetchOne(
      database,
      sql: """
        SELECT sum(length(points) / CASE WHEN isWide THEN \(wideBytes) ELSE \(narrowBytes) END)
        FROM chunk
        """) ?? 0
  }

  private static func add(
    _ row: Row, after place: Int64, to points: inout [MetricPoint]
  ) throws {
    let isWide: Bool = try row.stored(0)
    try row.withUnsafeData(atIndex: 1) { data in
      guard let data else { throw damaged }
      try data.withUnsafeBytes { try read($0, isWide: isWide, after: place, into: &points) }
    }
  }

  // MARK: Writing

  /// Adds points behind those that a series has.
  static func append(
    _ points: [MetricPoint], to series: Int64, _ database: Database
  ) throws {
    guard !points.isEmpty else { return }
    // What is not full stands at the end, and is few.
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT last, length(points) / CASE WHEN isWide THEN \(wideBytes) ELSE \(narrowBytes) END
        FROM chunk WHERE series = ? ORDER BY last DESC LIMIT \(mostSmall)
        """, arguments: [series])
    var small: [(last: Int64, count: Int)] = []
    for row in rows {
      let chunk: (Int64, Int) = (try row.stored(0), try row.stored(1))
      if chunk.1 >= size { break }
      small.append(chunk)
    }
    var replaced: [Int64] = []
    if small.count >= mostSmall || small.reduce(points.count, { $0 + $1.count }) >= size {
      replaced = small.map(\.last)
    } else if let newest = small.first, newest.count < smallSize {
      replaced = [newest.last]
    }
    var all: [MetricPoint] = []
    for last in replaced.reversed() {
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT isWide, points FROM chunk WHERE series = ? AND last = ?",
          arguments: [series, last])
      else { continue }
      try add(row, after: 0, to: &all)
      try database.execute(
        sql: "DELETE FROM chunk WHERE series = ? AND last = ?", arguments: [series, last])
    }
    all += points
    for begin in stride(from: 0, to: all.count, by: size) {
      try insert(all[begin..<min(begin + size, all.count)], series, database)
    }
  }

  private static func insert(
    _ points: ArraySlice<MetricPoint>, _ series: Int64, _ database: Database
  ) throws {
    guard let last = points.last else { return }
    let isWide = points.contains { $0.task != nil || $0.innerStep != nil }
    let insert = try database.cachedStatement(
      sql: "INSERT INTO chunk (series, last, isWide, points) VALUES (?, ?, ?, ?)")
    try insert.execute(
      arguments: [series, last.place, isWide, bytes(of: points, isWide: isWide)])
  }

  /// Takes back the points of a run behind a place.
  ///
  /// - Returns: Whether there were any.
  static func removePoints(
    of run: RunID, behind place: Int64, _ database: Database
  ) throws -> Bool {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT series, last, isWide, points FROM chunk
        WHERE last > ? AND series IN (SELECT id FROM series WHERE run = ?)
        """, arguments: [place, run])
    for row in rows {
      let (series, last): (Int64, Int64) = (try row.stored(0), try row.stored(1))
      var points: [MetricPoint] = []
      let isWide: Bool = try row.stored(2)
      let data: Data = try row.stored(3)
      try data.withUnsafeBytes { try read($0, isWide: isWide, after: 0, into: &points) }
      try database.execute(
        sql: "DELETE FROM chunk WHERE series = ? AND last = ?", arguments: [series, last])
      points.removeAll { $0.place > place }
      try insert(points[...], series, database)
    }
    return !rows.isEmpty
  }
}
