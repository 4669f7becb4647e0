"""Office files of every age: Word, Excel, PowerPoint, OpenDocument, RTF, XML."""
