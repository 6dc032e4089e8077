/// One of the choices that a setting offers; its raw value is the text in files and on screens.
///
/// A setting of such a type takes its list of choices from the cases, in their order.
package protocol SettingChoice: SettingRepresentable, SettingListElement, Hashable, CaseIterable,
  RawRepresentable, CustomStringConvertible
where RawValue == String {}

extension SettingChoice {
  /// The texts of all choices, in their order.
  static var texts: [String] { allCases.map(\.rawValue) }

  package init?(setting value: SettingValue) {
    guard case .text(let text) = value else { return nil }
    self.init(rawValue: text)
  }

  package init?(settingText text: String) { self.init(rawValue: text) }

  package var settingValue: SettingValue { .text(rawValue) }

  package var settingText: String { rawValue }

  /// The choice as it is typed.
  package var description: String { rawValue }
}

/// A Swift type of which a setting's value can be a list.
package protocol SettingListElement: Sendable {
  /// The element that a text spells; nil where it spells none.
  init?(settingText text: String)
  /// The element as it is typed.
  var settingText: String { get }
}

extension String: SettingListElement {
  package init?(settingText text: String) { self = text }
  package var settingText: String { self }
}

extension Array: SettingRepresentable where Element: SettingListElement {
  package init?(setting value: SettingValue) {
    guard case .list(let texts) = value else { return nil }
    let elements = texts.compactMap { Element(settingText: $0) }
    guard elements.count == texts.count else { return nil }
    self = elements
  }

  package var settingValue: SettingValue { .list(map(\.settingText)) }
}
