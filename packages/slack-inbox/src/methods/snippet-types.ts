/**
 * Slack's snippet types.
 *
 * @see https://docs.slack.dev/reference/objects/file-object#types
 */
export const snippetTypes: ReadonlySet<string> = new Set(
  (
    'auto text ai apk applescript binary bmp boxnote c csharp cpp css csv clojure coffeescript cfm d dart diff doc ' +
    'docx dockerfile dotx email eps epub erlang fla flv fsharp fortran gdoc gdraw gif go gpres groovy gsheet gzip ' +
    'html handlebars haskell haxe indd java javascript jpg json keynote kotlin latex lisp lua m4a markdown matlab ' +
    'mhtml mkv mov mp3 mp4 mpg mumps numbers nzip objc ocaml odg odi odp ods odt ogg ogv pages pascal pdf perl php ' +
    'pig png post powershell ppt pptx psd puppet python qtz r rtf ruby rust sql sass scala scheme sketch shell ' +
    'smalltalk svg swf swift tar tiff tsv vb vbscript vcard velocity verilog wav webm wmv xls xlsx xlsb xlsm xltx ' +
    'xml yaml zip typescript toml'
  ).split(' '),
)
