from paperwatch import main

main()
