#include "CMarkdown.h"

#include <cmark-gfm-core-extensions.h>
#include <string.h>

static void attach(cmark_parser *parser, const char *name) {
  cmark_syntax_extension *extension = cmark_find_syntax_extension(name);
  if (extension != NULL) cmark_parser_attach_syntax_extension(parser, extension);
}

cmark_node *cmarkdown_parse(const char *text, size_t length, bool tables) {
  cmark_gfm_core_extensions_ensure_registered();
  cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
  if (parser == NULL) return NULL;
  attach(parser, "strikethrough");
  attach(parser, "autolink");
  attach(parser, "tasklist");
  if (tables) attach(parser, "table");
  cmark_parser_feed(parser, text, length);
  cmark_node *document = cmark_parser_finish(parser);
  cmark_parser_free(parser);
  return document;
}

cmarkdown_kind cmarkdown_kind_of(cmark_node *node) {
  cmark_node_type type = cmark_node_get_type(node);
  if (type == CMARK_NODE_DOCUMENT) return CMARKDOWN_DOCUMENT;
  if (type == CMARK_NODE_BLOCK_QUOTE) return CMARKDOWN_QUOTE;
  if (type == CMARK_NODE_LIST) return CMARKDOWN_LIST;
  if (type == CMARK_NODE_ITEM) return CMARKDOWN_ITEM;
  if (type == CMARK_NODE_CODE_BLOCK) return CMARKDOWN_CODE_BLOCK;
  if (type == CMARK_NODE_HTML_BLOCK) return CMARKDOWN_HTML_BLOCK;
  if (type == CMARK_NODE_PARAGRAPH) return CMARKDOWN_PARAGRAPH;
  if (type == CMARK_NODE_HEADING) return CMARKDOWN_HEADING;
  if (type == CMARK_NODE_THEMATIC_BREAK) return CMARKDOWN_RULE;
  if (type == CMARK_NODE_TEXT) return CMARKDOWN_TEXT;
  if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) return CMARKDOWN_LINE_END;
  if (type == CMARK_NODE_CODE) return CMARKDOWN_CODE;
  if (type == CMARK_NODE_HTML_INLINE) return CMARKDOWN_HTML;
  if (type == CMARK_NODE_EMPH) return CMARKDOWN_EMPHASIS;
  if (type == CMARK_NODE_STRONG) return CMARKDOWN_STRONG;
  if (type == CMARK_NODE_LINK) return CMARKDOWN_LINK;
  if (type == CMARK_NODE_IMAGE) return CMARKDOWN_IMAGE;
  const char *name = cmark_node_get_type_string(node);
  if (strcmp(name, "table") == 0) return CMARKDOWN_TABLE;
  if (strcmp(name, "table_row") == 0 || strcmp(name, "table_header") == 0) {
    return CMARKDOWN_TABLE_ROW;
  }
  if (strcmp(name, "table_cell") == 0) return CMARKDOWN_TABLE_CELL;
  if (strcmp(name, "strikethrough") == 0) return CMARKDOWN_STRIKETHROUGH;
  if (strcmp(name, "tasklist") == 0) return CMARKDOWN_ITEM;
  return CMARKDOWN_OTHER;
}

int cmarkdown_task(cmark_node *item) {
  if (strcmp(cmark_node_get_type_string(item), "tasklist") != 0) return 0;
  return cmark_gfm_extensions_get_tasklist_item_checked(item) ? 2 : 1;
}
