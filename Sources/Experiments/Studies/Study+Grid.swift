extension Study {
  /// The settings that no study goes over.
  package static let reservedKeys = [Settings.name.key, Settings.kind.key, Settings.seed.key]

  /// A study over the values of one setting: each value is a method, each seed a row.
  ///
  /// The control is the value that the experiment has, where it is among them, else the first.
  package static func grid(
    _ name: String, over key: String, values: [SettingValue], seeds: [Int], base: Experiment
  ) throws(ExperimentError) -> Study {
    precondition(!values.isEmpty && !seeds.isEmpty, "A grid has a value and a seed at least")
    if let reserved = reservedKeys.first(where: { $0 == key }) {
      throw ExperimentError(
        key: key, problem: "a study does not go over \(reserved)",
        expected: "a setting of the method; seeds have a line of their own")
    }
    let label = key.split(separator: ".").last.map(String.init) ?? key
    let methods = values.map { value in
      Variant(name: "\(label) \(value)", changes: [Change(key: key, value: value)])
    }
    let planned = base[key: key]
    let index = values.firstIndex { $0 == planned } ?? 0
    let study = Study(
      name: name, base: base, methods: methods,
      tunings: [Variant(name: "\(base[Settings.tuningUpdates]) tuning", changes: [])],
      seeds: seeds, control: methods[index].name)
    _ = try study.cells()
    return study
  }
}
