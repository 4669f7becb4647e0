"""What Office before 2007 draws: pictures and shapes, by [MS-ODRAW]."""
