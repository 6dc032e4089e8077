import ArgumentParser
import Experiments
import Foundation

/// Prints the table of settings.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Describe the settings of an experiment.",
    discussion: """
      Each with its default, its range and what it means. Those marked live can change while a run \
      is under way: primer set RUN key=value.
      """)

  @Argument(help: "A setting, as in priming.steps, or a group, as in priming; without it, all.")
  var key: String?

  @Flag(help: "Print all of them as Markdown tables.")
  var markdown = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    if markdown {
      print(Settings.markdown, terminator: "")
      return
    }
    let settings = try chosenSettings()
    if output.json {
      for setting in settings { try printJSON(SettingReport(setting)) }
    } else {
      print(settings.map(text(of:)).joined(separator: "\n\n"))
    }
  }

  /// Two or three lines on one setting.
  ///
  ///     priming.steps = 300  (0…10000000 outer steps; live)
  ///         The number of outer steps.
  private func text(of setting: SettingDescriptor) -> String {
    let value = "\(setting.key) = \(setting.defaultValue.shown)"
    let unit = setting.unit.map { " \($0)" } ?? ""
    let range = "(\(setting.kind.range)\(unit)\(setting.isLive ? "; live" : ""))"
    let heading =
      value.count + range.count + 2 <= 80 ? "\(value)  \(range)" : "\(value)\n    \(range)"
    let condition = setting.effectCondition.map { "\n    Only if \($0)." } ?? ""
    return "\(heading)\n    \(setting.doc)\(condition)"
  }

  private func chosenSettings() throws -> [SettingDescriptor] {
    guard let key else { return Settings.all }
    if let setting = Settings.descriptor(key) { return [setting] }
    let group = Settings.all.filter { $0.key.hasPrefix("\(key).") }
    if !group.isEmpty { return group }
    let nearest = Settings.nearestKey(to: key).map { "; did you mean ‘\($0)’?" }
    throw ValidationError(
      "there is no setting ‘\(key)’\(nearest ?? "; `primer describe` lists all")")
  }
}

private struct SettingReport: Encodable {
  var key: String
  var kind: String
  var defaultValue: PlainValue
  var minimum: Double?
  var maximum: Double?
  var choices: [String]?
  var unit: String?
  var doc: String
  var live: Bool
  /// When it has an effect, in words; nil where it always has.
  var onlyIf: String?

  enum CodingKeys: String, CodingKey {
    case key, kind, minimum, maximum, choices, unit, doc, live, onlyIf
    case defaultValue = "default"
  }

  init(_ setting: SettingDescriptor) {
    key = setting.key
    defaultValue = PlainValue(value: setting.defaultValue)
    unit = setting.unit
    doc = setting.doc
    live = setting.isLive
    onlyIf = setting.effectCondition
    switch setting.kind {
    case .bool: kind = "bool"
    case .integer(let range):
      kind = "integer"
      (minimum, maximum) = (Double(range.lowerBound), Double(range.upperBound))
    case .number(let range):
      kind = "number"
      (minimum, maximum) = (range.lowerBound, range.upperBound)
    case .choice(let names):
      kind = "choice"
      choices = names
    case .choiceList(let names):
      kind = "list"
      choices = names
    case .list, .names: kind = "list"
    case .renames: kind = "renames"
    case .text: kind = "text"
    case .path: kind = "path"
    }
  }
}

extension SettingValue {
  /// The value as it is typed; a word in its place where it is empty.
  var shown: String {
    let text = description
    return text.isEmpty ? "(none)" : text
  }
}
