extension Experiment {
  /// The experiment as a file for an editor: every setting with its sentence and its range, those
  /// that have their defaults as comments.
  package func annotatedToml(heading: String = "") -> String {
    var lines = heading.split(separator: "\n").map { "# \($0)" }
    let isPretraining = self[Settings.kind] == .pretraining
    var group: String?
    for descriptor in Settings.all where descriptor.matters(isPretraining: isPretraining) {
      if descriptor.group != group {
        group = descriptor.group
        if !lines.isEmpty { lines.append("") }
        if !descriptor.group.isEmpty { lines.append("[\(descriptor.group)]") }
      }
      let value = self[key: descriptor.key] ?? descriptor.defaultValue
      let isDefault = value == descriptor.defaultValue
      var facts = [descriptor.kind.range]
      if let unit = descriptor.unit { facts.append(unit) }
      if !isDefault { facts.append("default \(quoted(descriptor.defaultValue, descriptor.kind))") }
      lines.append("# \(descriptor.doc) (\(facts.joined(separator: "; ")))")
      let mark = isDefault && descriptor.key != Settings.name.key ? "#" : ""
      lines.append("\(mark)\(descriptor.name) = \(quoted(value, descriptor.kind))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension SettingDescriptor {
  /// Whether the setting means anything to a run of this kind.
  package func matters(isPretraining: Bool) -> Bool {
    switch group.split(separator: ".").first {
    case "pretraining": isPretraining
    case nil, "encoder", "checkpoint": true
    default: !isPretraining
    }
  }
}
