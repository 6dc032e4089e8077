extension Settings {
  /// The table of all settings as Markdown, as the reference of settings has it.
  package static var markdown: String {
    var lines: [String] = []
    var group: String?
    for setting in all {
      if setting.group != group {
        group = setting.group
        if !lines.isEmpty { lines.append("") }
        if !setting.group.isEmpty { lines += ["`[\(setting.group)]`", ""] }
        lines += ["| setting | default | accepts | |", "| --- | --- | --- | --- |"]
      }
      let value = setting.defaultValue.description
      let live = setting.isLive ? " *Live.*" : ""
      let condition = setting.effectCondition.map { " Only if \($0)." } ?? ""
      lines.append(
        "| `\(setting.name)` | \(value.isEmpty ? "" : "`\(value)`") | \(setting.kind.range.replacing(" | ", with: ", ")) "
          + "| \(setting.doc)\(condition)\(live) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
