import Experiments
package import Foundation
import NamedEntities
import RunFolders

/// A TensorBoard event file: records of `Event` messages, as tensorboard and its readers take them.
///
/// A record is the length of its data as eight bytes, a checksum of those, the data and a checksum
/// of the data; the checksum is CRC-32C, rotated and shifted (tensorflow/core/lib/io/record_writer.h).
/// The data is an `Event` of tensorflow/core/util/event.proto, whose fields are written by hand:
///
/// These few messages are all there is, so no protobuf library or generated code is linked for them.
///
///     Event    1 wall_time: double   2 step: int64   3 file_version: string   5 summary
///     Summary  1 value: Value        Value  1 tag: string   2 simple_value: float   8 tensor   9 metadata
package struct EventFile: Sendable {
  /// The file's bytes.
  package private(set) var data = Data()

  /// An empty file of a time.
  package init(time: Date) {
    var event = Message()
    event.add(1, double: time.timeIntervalSince1970)
    event.add(3, text: "brain.Event:2")
    append(event)
  }

  /// The events of a run's measurements: every series, and every evaluation's scores.
  ///
  /// Tags are the names of the series, with `/task1` and `/step3` for a task of the meta-batch and an
  /// inner step, and `evaluation/PHASE/LANGUAGE/SPLIT/SCORE`, with the type
  /// of entity before the score for one type alone; the series `f1/…` are among the latter, since
  /// their steps start from zero with tuning, and TensorBoard drops what a smaller step follows. The
  /// experiment is there as a text.
  package init(_ measurements: Measurements) {
    self.init(time: measurements.run.started ?? measurements.run.created)
    let run = measurements.run
    add(
      text: "```\n" + run.experiment.toml() + "```", tag: "experiment", step: 0,
      time: run.started ?? run.created)
    for series in measurements.series where series.split == nil {
      for point in series.points {
        // Each task and inner step has a curve of its own: TensorBoard keeps one value a step.
        let task = point.task.map { "/task\($0)" } ?? ""
        let inner = point.innerStep.map { "/step\($0)" } ?? ""
        add(
          scalar: point.value, tag: series.name + task + inner, step: point.step, time: point.time)
      }
    }
    for evaluation in measurements.evaluations {
      let result = evaluation.result
      let place = "evaluation/\(result.phase.rawValue)/\(result.language)/\(result.split)"
      let types = result.scores.types.sorted { $0.key < $1.key }
      let scores = [(place, result.scores.micro)] + types.map { ("\(place)/\($0.name)", $1) }
      for (name, score) in scores {
        for (kind, value) in [
          ("precision", score.precision), ("recall", score.recall), ("f1", score.f1),
        ] {
          add(scalar: value, tag: "\(name)/\(kind)", step: result.step, time: evaluation.time)
        }
      }
    }
  }

  /// Adds one point of a curve; the format stores it as a 32-bit number.
  package mutating func add(scalar: Double, tag: String, step: Int, time: Date) {
    var value = Message()
    value.add(1, text: tag)
    value.add(2, float: Float(scalar))
    append(value, step: step, time: time)
  }

  /// Adds a text in Markdown.
  package mutating func add(text: String, tag: String, step: Int, time: Date) {
    var plugin = Message()
    plugin.add(1, text: "text")  // plugin_name
    var metadata = Message()
    metadata.add(1, message: plugin)  // plugin_data
    var dimension = Message()
    dimension.add(1, integer: 1)  // size
    var shape = Message()
    shape.add(2, message: dimension)  // dim
    var tensor = Message()
    tensor.add(1, integer: 7)  // dtype: DT_STRING
    tensor.add(2, message: shape)
    tensor.add(8, text: text)  // string_val
    var value = Message()
    value.add(1, text: tag)
    value.add(8, message: tensor)
    value.add(9, message: metadata)
    append(value, step: step, time: time)
  }

  private mutating func append(_ value: Message, step: Int, time: Date) {
    var summary = Message()
    summary.add(1, message: value)
    var event = Message()
    event.add(1, double: time.timeIntervalSince1970)
    event.add(2, integer: step)
    event.add(5, message: summary)
    append(event)
  }

  private mutating func append(_ event: Message) {
    let length = littleEndian(UInt64(event.bytes.count))
    data.append(contentsOf: length)
    data.append(contentsOf: littleEndian(Self.maskedChecksum(length)))
    data.append(contentsOf: event.bytes)
    data.append(contentsOf: littleEndian(Self.maskedChecksum(event.bytes)))
  }

  // MARK: Checksum

  /// The table of CRC-32C (Castagnoli), polynomial 0x1EDC6F41, bits reversed; zlib has CRC-32 only.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }

  /// CRC-32C of bytes; 0xE3069283 for the digits 1 to 9.
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)]
    }
  }

  private static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}

/// A protocol buffer being written: fields of numbers and bytes, one after the other.
private struct Message {
  private(set) var bytes: [UInt8] = []

  private mutating func key(_ field: Int, wireType: Int) {
    variableLength(UInt64(field << 3 | wireType))
  }

  private mutating func variableLength(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func add(_ field: Int, integer: Int) {
    key(field, wireType: 0)
    variableLength(UInt64(bitPattern: Int64(integer)))
  }

  mutating func add(_ field: Int, double: Double) {
    key(field, wireType: 1)
    bytes += littleEndian(double.bitPattern)
  }

  mutating func add(_ field: Int, float: Float) {
    key(field, wireType: 5)
    bytes += littleEndian(float.bitPattern)
  }

  mutating func add(_ field: Int, text: String) {
    add(field, bytes: Array(text.utf8))
  }

  mutating func add(_ field: Int, message: Message) {
    add(field, bytes: message.bytes)
  }

  private mutating func add(_ field: Int, bytes added: [UInt8]) {
    key(field, wireType: 2)
    variableLength(UInt64(added.count))
    bytes += added
  }
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
