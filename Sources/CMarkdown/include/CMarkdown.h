// GitHub's Markdown by libcmark-gfm: its own header, and what is a variable or an extension there.
#ifndef CMARKDOWN_H
#define CMARKDOWN_H

#include <cmark-gfm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Parses a text (UTF-8) with strikethrough, tasks, addresses and, if wanted, tables. The caller frees
/// the tree with `cmark_node_free`. Returns NULL if memory cannot be allocated.
cmark_node *cmarkdown_parse(const char *text, size_t length, bool tables);

/// The kinds of nodes, those of extensions among them.
typedef enum {
  CMARKDOWN_OTHER, CMARKDOWN_DOCUMENT, CMARKDOWN_QUOTE, CMARKDOWN_LIST, CMARKDOWN_ITEM,
  CMARKDOWN_CODE_BLOCK, CMARKDOWN_HTML_BLOCK, CMARKDOWN_PARAGRAPH, CMARKDOWN_HEADING,
  CMARKDOWN_RULE, CMARKDOWN_TABLE, CMARKDOWN_TABLE_ROW, CMARKDOWN_TABLE_CELL, CMARKDOWN_TEXT,
  CMARKDOWN_LINE_END, CMARKDOWN_CODE, CMARKDOWN_HTML, CMARKDOWN_EMPHASIS, CMARKDOWN_STRONG,
  CMARKDOWN_STRIKETHROUGH, CMARKDOWN_LINK, CMARKDOWN_IMAGE
} cmarkdown_kind;

cmarkdown_kind cmarkdown_kind_of(cmark_node *node);

/// Whether an item of a list is a task: 0 if it is not a task, 1 if it is open, 2 if it is done.
int cmarkdown_task(cmark_node *item);

#endif
