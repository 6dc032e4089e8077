/// What a cell means; a theme says how each meaning looks.
///
/// Screens never name a colour: they say `.selection` or `.innerLoss`. The raw value is the name in
/// a theme file.
package enum Role: String, CaseIterable, Hashable, Sendable {
  case text, faint, title, border, borderFocused
  case selection, selectionInactive, header, keyName, keyHint
  case success, warning, error, accent
  case queued, running, paused, finished, stopped, failed, interrupted
  case innerLoss, outerLoss
  case series1, series2, series3, series4, series5, series6, series7, series8
  case axis, barFilled, barEmpty, f1Up, f1Down
  case inputText, inputInvalid, changed, badge
  case entityPER, entityORG, entityLOC, entityOther
  case help, cursor

  /// The role of the n-th series of a chart; it starts again after the eighth.
  package static func series(_ index: Int) -> Role {
    let all: [Role] = [
      .series1, .series2, .series3, .series4, .series5, .series6, .series7, .series8,
    ]
    return all[((index % all.count) + all.count) % all.count]
  }
}
