/** Whether two strides of 2 fit into images [height, width, channels]: convolutional networks of the families want that. */
export const hasQuarters = ([height, width]: readonly [number, number, number]): boolean =>
  height % 4 === 0 && width % 4 === 0;
